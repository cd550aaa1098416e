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
    private const int Version = 1;
    private const float LeastProbability = 1e-6f;
    private const string WeightsFile = "segmentation.safetensors", ScoresFile = "scores.json";

    /// <param name="masksFolder">ID.png of each training image; unused where the ground truth is trained on.</param>
    public static IReadOnlyList<ChainScore> Run(Experiment experiment, IDataset dataset, string? masksFolder, string masksKey, RunContext context)
    {
        var options = experiment.Segmentation!;
        var device = context.Modules.Device;
        var key = new StageKey("segmentation", Version, [options.Network, options.Training, options.Masks, experiment.Seed], [masksKey]);
        var trained = context.Store.GetOrProduce(key, (target, progress) =>
        {
            torch.random.manual_seed(experiment.Seed);
            using var network = Build(options, dataset, context);
            Func<ISample, LabelMap> labels = masksFolder is null ? sample => sample.LoadLabels() : sample => ImageCodec.ReadLabels(Path.Combine(masksFolder, $"{sample.Id}.png"));
            SegmentationTraining.Run(network, new LabelledBatches(dataset.Samples(dataset.TrainSplit), labels, network.Normalisation, options.Training, experiment.Seed), options.Training, device,
                context.Modules.Workers, progress, context.Cancellation);
            WeightFiles.Write(Path.Combine(target, WeightsFile), network);
        });
        var measured = context.Store.GetOrProduce(new StageKey("segmentation-evaluation", Version, [options.Crf], [key.Hash]), (target, progress) =>
        {
            using var network = Build(options, dataset, context);
            WeightFiles.Read(Path.Combine(trained, WeightsFile), network);
            network.eval();
            ChainScore.Write(Path.Combine(target, ScoresFile), Measure(network, options, dataset, context, progress));
        });
        return ChainScore.Read(Path.Combine(measured, ScoresFile));
    }

    private static SegmentationNetwork Build(SegmentationOptions options, IDataset dataset, RunContext context)
    {
        var network = options.Network.Create(context.Modules).Build(dataset.Classes.Count + 1);
        network.to(context.Modules.Device);
        return network;
    }

    private static List<ChainScore> Measure(SegmentationNetwork network, SegmentationOptions options, IDataset dataset, RunContext context, IStageProgress progress)
    {
        var count = dataset.Classes.Count + 1;
        var samples = dataset.Samples(dataset.EvaluationSplit);
        var (plain, refined) = (new ConfusionMatrix(count), new ConfusionMatrix(count));
        progress.Expect(samples.Count, "images");
        foreach (var sample in samples)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var (image, truth) = (sample.LoadImage(), sample.LoadLabels());
            using var scope = NewDisposeScope();
            var probabilities = Probabilities(network, image, context.Modules.Device);
            plain.Add(truth, new LabelMap(image.Width, image.Height, [.. probabilities.argmax(0).data<long>().Select(label => (byte)label)]));
            if (options.Crf is { } crf) refined.Add(truth, new LabelMap(image.Width, image.Height, DenseCrf.Labels(DenseCrf.FromProbabilities(image, probabilities.data<float>().ToArray(), count, crf), count)));
            progress.Advance(1, $"mIoU {plain.MeanIntersectionOverUnion():p1}");
        }

        List<ChainScore> scores = [ChainScore.Of("segmentation", dataset.EvaluationSplit, samples.Count, plain)];
        if (options.Crf is not null) scores.Add(ChainScore.Of("segmentation + CRF", dataset.EvaluationSplit, samples.Count, refined));
        return scores;
    }

    /// <returns><c>[labels, H, W]</c> on the CPU.</returns>
    private static Tensor Probabilities(SegmentationNetwork network, RgbImage image, Device device)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var logits = network.Segment(ImageTensors.Normalised(image, network.Normalisation).unsqueeze(0).to(device));
        var enlarged = nn.functional.interpolate(logits, [image.Height, image.Width], mode: InterpolationMode.Bilinear, align_corners: false)[0];
        return enlarged.softmax(0).clamp_min(LeastProbability).cpu().contiguous().MoveToOuterDisposeScope();
    }
}
