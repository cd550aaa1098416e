using System.Text.Json;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Inference;
using static TorchSharp.torch;

namespace Pole.Pipeline.Stages;

/// <summary>Extracts multi-scale CAMs of the held-out split and measures them.</summary>
internal static class EvaluationStage
{
    private const int Version = 2;
    private const string ScoreFile = "score.json";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };

    public static SegmentationScore Measure(Experiment experiment, IDataset dataset, TrainedNetwork trained, RunContext context)
    {
        var key = new StageKey("evaluation", Version, [experiment.Cam], [trained.Key]);
        var folder = context.Store.GetOrProduce(key, (target, progress) =>
        {
            using var network = trained.Load(experiment, dataset, context);
            var extraction = new CamExtraction(network, experiment.Cam, context.Modules.Device);
            var samples = dataset.Samples(dataset.EvaluationSplit);
            var confusion = new ConfusionMatrix(dataset.Classes.Count + 1);
            progress.Expect(samples.Count, "images");
            foreach (var (sample, image, truth) in ReadAhead.Run(samples.Count, context.Modules.Workers, context.Cancellation, index => (samples[index], samples[index].LoadImage(), samples[index].LoadLabels())))
            {
                using var pause = CollectionPause.Begin(context.Modules.Workers, 4 * image.Pixels.Length);
                using var scope = NewDisposeScope();
                confusion.Add(truth, sample.PresentClasses.Count == 0
                    ? new LabelMap(truth.Width, truth.Height, new byte[truth.Labels.Length])
                    : CamLabels.FromCams(extraction.Extract(image, sample.PresentClasses).HighResolution, sample.PresentClasses, experiment.Cam.Threshold));
                progress.Advance(1, $"mIoU {confusion.MeanIntersectionOverUnion():p1}");
            }

            var score = new SegmentationScore(dataset.EvaluationSplit, samples.Count, experiment.Cam.Threshold, ["background", .. dataset.Classes],
                confusion.PresentIntersectionOverUnion(), confusion.MeanIntersectionOverUnion());
            File.WriteAllText(Path.Combine(target, ScoreFile), JsonSerializer.Serialize(score, Format));
        });
        return JsonSerializer.Deserialize<SegmentationScore>(File.ReadAllText(Path.Combine(folder, ScoreFile)), Format)!;
    }
}
