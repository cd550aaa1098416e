using Pole.Data.Imaging;
using Pole.Data.Loading;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Training;
using TorchSharp;

namespace Pole.Pipeline.Stages;

/// <summary>What segmentation gave.</summary>
/// <param name="Folder">Predicted label maps of the held-out split, ID.png.</param>
/// <param name="Load">The trained network; the caller disposes it.</param>
internal sealed record SegmentationOutcome(string Folder, IReadOnlyList<ChainScore> Scores, Func<SegmentationInference> Load);

/// <summary>Trains a segmentation network on the masks of the training split, and measures it on the held-out split.</summary>
internal static class SegmentationStage
{
    public const string Step = "segmentation", RefinedStep = "segmentation + CRF";

    private const int Version = 2, EvaluationVersion = 3;

    /// <summary>Images whose probabilities are held while the CRF refines them on every core: 16 MB each at 500 × 375 and 21 labels.</summary>
    private const int Chunk = 16;

    private const string WeightsFile = "segmentation.safetensors", ScoresFile = "scores.json";

    /// <param name="masksFolder">ID.png of each training image; null to train on the ground truth.</param>
    public static SegmentationOutcome Run(Experiment experiment, IDataset dataset, string? masksFolder, string masksKey, BackboneSource backbone, RunContext context)
    {
        var options = experiment.Segmentation!;
        var key = new StageKey("segmentation", Version, [options.Network, options.Training, experiment.Seed], [masksKey, backbone.Key]);
        var trained = context.Store.GetOrProduce(key, work =>
        {
            torch.random.manual_seed(experiment.Seed);
            using var network = Build(options, dataset, backbone, context);
            Func<ISample, LabelMap> labels = masksFolder is null ? sample => sample.LoadLabels() : sample => ImageCodec.ReadLabels(Path.Combine(masksFolder, $"{sample.Id}.png"));
            SegmentationTraining.Run(network, new LabelledBatches(dataset.Samples(dataset.TrainSplit), labels, network.Normalisation, options.Training, experiment.Seed), options.Training, context.Modules.Device, context.Session(work));
            WeightFiles.Write(Path.Combine(work.Folder, WeightsFile), network);
        });
        var measured = context.Store.GetOrProduce(new StageKey("segmentation-evaluation", EvaluationVersion, [options.Crf, options.Split], [key.Hash]), work =>
        {
            using var network = Load();
            ChainScore.Write(Path.Combine(work.Folder, ScoresFile), Measure(network, options, dataset, context, work));
        });
        return new SegmentationOutcome(measured, ChainScore.Read(Path.Combine(measured, ScoresFile)), Load);

        SegmentationInference Load()
        {
            var network = Build(options, dataset, backbone, context);
            WeightFiles.Read(Path.Combine(trained, WeightsFile), network);
            network.eval();
            return new SegmentationInference(network, dataset.Classes.Count + 1, options.Crf, context.Modules.Device);
        }
    }

    /// <summary>The split that a segmentation network is measured on.</summary>
    public static string SplitOf(SegmentationOptions options, IDataset dataset) => options.Split ?? dataset.EvaluationSplit;

    private static SegmentationNetwork Build(SegmentationOptions options, IDataset dataset, BackboneSource backbone, RunContext context)
    {
        var network = options.Network.Create(context.Modules).Build(dataset.Classes.Count + 1, backbone.Make);
        network.to(context.Modules.Device);
        return network;
    }

    private static List<ChainScore> Measure(SegmentationInference network, SegmentationOptions options, IDataset dataset, RunContext context, StageWork work)
    {
        var count = dataset.Classes.Count + 1;
        var split = SplitOf(options, dataset);
        var samples = dataset.Samples(split);
        var (plain, refined) = (new StepMeasurement(Step, count), options.Crf is null ? null : new StepMeasurement(RefinedStep, count));
        work.Progress.Expect(samples.Count, "images");
        foreach (var chunk in samples.Chunk(Chunk))
        {
            var items = chunk.Select(sample => sample.LoadImage()).Select(image => (Image: image, Probabilities: network.Probabilities(image))).ToList();
            var maps = new (LabelMap Plain, LabelMap? Refined)[chunk.Length];
            ParallelWork.For(chunk.Length, context.Cancellation, index =>
            {
                var (image, probabilities) = items[index];
                maps[index] = (SegmentationInference.MostProbable(image, probabilities), network.Refined(image, probabilities));
                IndexedPng.Write(Path.Combine(work.Folder, $"{chunk[index].Id}.png"), maps[index].Refined ?? maps[index].Plain);
                work.Progress.Advance(1);
            });
            foreach (var (sample, map) in chunk.Zip(maps))
            {
                var truth = sample.LoadLabels();
                plain.Add(sample.Id, truth, map.Plain);
                refined?.Add(sample.Id, truth, map.Refined!);
            }
        }

        List<StepMeasurement> steps = refined is null ? [plain] : [plain, refined];
        foreach (var step in steps) step.WriteImages(work.Folder);
        return [.. steps.Select(step => step.Score(split))];
    }
}
