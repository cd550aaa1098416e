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
    public const string Name = "segmentation", EvaluationName = "segmentation-evaluation";

    public const string Step = "segmentation", RefinedStep = "segmentation + CRF";

    private const int Version = 2, EvaluationVersion = 3;

    /// <summary>Photographs whose probabilities are held while the CRF refines them on every core: 16 MB each at 21 labels.</summary>
    private const int Held = 16;

    private const string WeightsFile = "segmentation.safetensors", ScoresFile = "scores.json";

    public static StageKey KeyOf(Experiment experiment, string masksKey, string backboneKey) =>
        new(Name, Version, [experiment.Segmentation!.Network, experiment.Segmentation.Training, experiment.Seed], [masksKey, backboneKey]);

    public static StageKey EvaluationKeyOf(Experiment experiment, string segmentationKey) =>
        new(EvaluationName, EvaluationVersion, [experiment.Segmentation!.Crf, experiment.Segmentation.Split], [segmentationKey]);

    /// <summary>Stands for pseudo-masks where the ground truth takes their place.</summary>
    public static string TruthKey(Experiment experiment, IDataset dataset) => CanonicalSpec.Fingerprint(new object[] { experiment.Dataset, dataset.Version, dataset.Skipped });

    /// <param name="masksFolder">ID.png of each training image; null to train on the ground truth.</param>
    public static SegmentationOutcome Run(Experiment experiment, IDataset dataset, string? masksFolder, string masksKey, BackboneSource backbone, RunContext context)
    {
        var options = experiment.Segmentation!;
        var key = KeyOf(experiment, masksKey, backbone.Key);
        var trained = context.Store.GetOrProduce(key, work =>
        {
            torch.random.manual_seed(experiment.Seed);
            using var network = Build(options, dataset, backbone, context);
            Func<ISample, LabelMap> labels = masksFolder is null ? sample => sample.LoadLabels() : sample => ImageCodec.ReadLabels(Path.Combine(masksFolder, $"{sample.Id}.png"));
            SegmentationTraining.Run(network, new LabelledBatches(dataset.Samples(dataset.TrainSplit), labels, network.Normalisation, options.Training, experiment.Seed), options.Training, context.Modules.Device, context.Session(work));
            WeightFiles.Write(Path.Combine(work.Folder, WeightsFile), network);
        });
        var split = SplitOf(options, dataset);
        var (samples, labels) = (dataset.Samples(split), dataset.Classes.Count + 1);
        List<string> steps = options.Crf is null ? [Step] : [Step, RefinedStep];
        var measured = context.Store.GetOrProduceByImages(EvaluationKeyOf(experiment, key.Hash), samples.Count, blocks =>
        {
            using var network = Load();
            foreach (var block in blocks) Measure(block, block.Of(samples), network, steps, labels, context);
        }, blocks => ChainScore.Write(Path.Combine(blocks.Folder, ScoresFile), [.. steps.Select(step => StepMeasurement.Score(step, split, labels, blocks))]));
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

    private static void Measure(ImageBlock block, IReadOnlyList<ISample> samples, SegmentationInference network, IReadOnlyList<string> steps, int labels, RunContext context)
    {
        var measurements = steps.Select(step => new StepMeasurement(step, labels)).ToList();
        foreach (var group in ImageGroups.Within(Held, samples))
        {
            var items = group.Select(entry => (entry.Image, Probabilities: network.Probabilities(entry.Image))).ToList();
            var maps = new IReadOnlyList<LabelMap>[group.Count];
            ParallelWork.For(group.Count, context.Cancellation, index =>
            {
                var (image, probabilities) = items[index];
                var plain = SegmentationInference.MostProbable(image, probabilities);
                maps[index] = network.Refined(image, probabilities) is { } refined ? [plain, refined] : [plain];
                IndexedPng.Write(Path.Combine(block.ResultFolder, $"{group[index].Sample.Id}.png"), maps[index][^1]);
                block.Progress.Advance(1);
            });
            foreach (var ((sample, _), results) in group.Zip(maps))
            {
                var truth = sample.LoadLabels();
                foreach (var (measurement, map) in measurements.Zip(results)) measurement.Add(sample.Id, truth, map);
            }
        }

        foreach (var measurement in measurements) measurement.WriteImages(block.PartFolder);
    }
}
