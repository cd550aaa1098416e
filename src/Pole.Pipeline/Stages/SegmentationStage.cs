using Pole.Data.Imaging;
using Pole.Data.Loading;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Refinement;
using Pole.Pipeline.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Stages;

/// <summary>Trains a segmentation network on the masks of the training split, and measures it on the held-out split.</summary>
internal static class SegmentationStage
{
    public const string Step = "segmentation", RefinedStep = "segmentation + CRF";

    private const int Version = 2, EvaluationVersion = 3;
    private const float LeastProbability = 1e-6f;

    /// <summary>Images whose probabilities are held while the CRF refines them on every core: 16 MB each at 500 × 375 and 21 labels.</summary>
    private const int Chunk = 16;

    private const string WeightsFile = "segmentation.safetensors", ScoresFile = "scores.json";

    /// <param name="masksFolder">ID.png of each training image; null to train on the ground truth.</param>
    /// <returns>The folder of predicted label maps of the held-out split, ID.png, and their scores.</returns>
    public static (string Folder, IReadOnlyList<ChainScore> Scores) Run(Experiment experiment, IDataset dataset, string? masksFolder, string masksKey, BackboneSource backbone, RunContext context)
    {
        var options = experiment.Segmentation!;
        var device = context.Modules.Device;
        var key = new StageKey("segmentation", Version, [options.Network, options.Training, experiment.Seed], [masksKey, backbone.Key]);
        var trained = context.Store.GetOrProduce(key, work =>
        {
            torch.random.manual_seed(experiment.Seed);
            using var network = Build(options, dataset, backbone, context);
            Func<ISample, LabelMap> labels = masksFolder is null ? sample => sample.LoadLabels() : sample => ImageCodec.ReadLabels(Path.Combine(masksFolder, $"{sample.Id}.png"));
            SegmentationTraining.Run(network, new LabelledBatches(dataset.Samples(dataset.TrainSplit), labels, network.Normalisation, options.Training, experiment.Seed), options.Training, device, context.Session(work));
            WeightFiles.Write(Path.Combine(work.Folder, WeightsFile), network);
        });
        var measured = context.Store.GetOrProduce(new StageKey("segmentation-evaluation", EvaluationVersion, [options.Crf, options.Split], [key.Hash]), work =>
        {
            using var network = Build(options, dataset, backbone, context);
            WeightFiles.Read(Path.Combine(trained, WeightsFile), network);
            network.eval();
            ChainScore.Write(Path.Combine(work.Folder, ScoresFile), Measure(network, options, dataset, context, work));
        });
        return (measured, ChainScore.Read(Path.Combine(measured, ScoresFile)));
    }

    /// <summary>The split that a segmentation network is measured on.</summary>
    public static string SplitOf(SegmentationOptions options, IDataset dataset) => options.Split ?? dataset.EvaluationSplit;

    private static SegmentationNetwork Build(SegmentationOptions options, IDataset dataset, BackboneSource backbone, RunContext context)
    {
        var network = options.Network.Create(context.Modules).Build(dataset.Classes.Count + 1, backbone.Make);
        network.to(context.Modules.Device);
        return network;
    }

    private static List<ChainScore> Measure(SegmentationNetwork network, SegmentationOptions options, IDataset dataset, RunContext context, StageWork work)
    {
        var count = dataset.Classes.Count + 1;
        var split = SplitOf(options, dataset);
        var samples = dataset.Samples(split);
        var (plain, refined) = (new StepMeasurement(Step, count), options.Crf is null ? null : new StepMeasurement(RefinedStep, count));
        work.Progress.Expect(samples.Count, "images");
        foreach (var chunk in samples.Chunk(Chunk))
        {
            var items = chunk.Select(sample => Predict(network, sample, context.Modules.Device)).ToList();
            var maps = new (LabelMap Plain, LabelMap? Refined)[chunk.Length];
            ParallelWork.For(chunk.Length, context.Cancellation, index =>
            {
                var (image, probabilities) = items[index];
                maps[index] = (Labels(image, probabilities), options.Crf is { } crf ? Refine(image, probabilities, count, crf) : null);
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

    private static LabelMap Labels(RgbImage image, float[] probabilities)
    {
        var pixels = image.Width * image.Height;
        var (labels, best) = (new byte[pixels], probabilities[..pixels]);
        for (var label = 1; label * pixels < probabilities.Length; label++)
        for (var pixel = 0; pixel < pixels; pixel++)
            if (probabilities[label * pixels + pixel] > best[pixel]) (best[pixel], labels[pixel]) = (probabilities[label * pixels + pixel], (byte)label);
        return new LabelMap(image.Width, image.Height, labels);
    }

    private static LabelMap Refine(RgbImage image, float[] probabilities, int count, DenseCrfOptions crf) =>
        new(image.Width, image.Height, DenseCrf.Labels(DenseCrf.FromProbabilities(image, probabilities, count, crf), count));

    /// <returns>Probabilities, labels × pixels.</returns>
    private static (RgbImage Image, float[] Probabilities) Predict(SegmentationNetwork network, ISample sample, Device device)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var image = sample.LoadImage();
        var logits = network.Segment(ImageTensors.Normalised(image, network.Normalisation).unsqueeze(0).to(device));
        var enlarged = nn.functional.interpolate(logits, [image.Height, image.Width], mode: InterpolationMode.Bilinear, align_corners: false)[0];
        return (image, enlarged.softmax(0).clamp_min(LeastProbability).cpu().contiguous().data<float>().ToArray());
    }
}
