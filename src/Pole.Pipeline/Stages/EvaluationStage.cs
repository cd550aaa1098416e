using System.Text.Json;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Inference;
using static TorchSharp.torch;

namespace Pole.Pipeline.Stages;

/// <summary>Extracts multi-scale CAMs of the held-out split and measures them, at the experiment's threshold and at a grid of others.</summary>
internal static class EvaluationStage
{
    public const string Name = "evaluation";

    private const int Version = 3;
    private const string ScoreFile = "score.json", ThresholdsFile = "thresholds.json", CountsFile = "counts.bin";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };
    private static readonly IReadOnlyList<double> Grid = [.. Enumerable.Range(0, 50).Select(index => index / 50.0)];

    public static StageKey KeyOf(Experiment experiment, string trainedKey) => new(Name, Version, [experiment.Cam], [trainedKey]);

    /// <returns>The folder with what each image adds, the score, and the curve.</returns>
    public static (string Folder, SegmentationScore Score, IReadOnlyList<ThresholdScore> Thresholds) Measure(Experiment experiment, IDataset dataset, TrainedNetwork trained, RunContext context)
    {
        var key = KeyOf(experiment, trained.Key);
        var samples = dataset.Samples(dataset.EvaluationSplit);
        var labels = dataset.Classes.Count + 1;
        var folder = context.Store.GetOrProduceByImages(key, samples.Count, blocks =>
        {
            using var cams = new NetworkCams(trained.Load(experiment, dataset, context), experiment.Cam, context.Modules.Device);
            var sum = new LabelOverlaps(labels);
            foreach (var block in blocks) Measure(block, block.Of(samples), cams, experiment.Cam.Threshold, labels, sum, context);
        }, blocks =>
        {
            var sweep = new ThresholdSweep(labels, Grid);
            foreach (var part in blocks.Files(CountsFile)) sweep.Add(part);
            ThresholdScore.Write(Path.Combine(blocks.Folder, ThresholdsFile), sweep.Results().Select(result => new ThresholdScore(Math.Round(result.Threshold, 6), result.Confusion.MeanIntersectionOverUnion())));
            var (_, overlaps) = StepMeasurement.Merge(ChainScore.Cam, labels, blocks);
            var score = new SegmentationScore(dataset.EvaluationSplit, samples.Count, experiment.Cam.Threshold, ["background", .. dataset.Classes], overlaps.PresentIntersectionOverUnion(), overlaps.MeanIntersectionOverUnion());
            File.WriteAllText(Path.Combine(blocks.Folder, ScoreFile), JsonSerializer.Serialize(score, Format));
        });
        return (folder, JsonSerializer.Deserialize<SegmentationScore>(File.ReadAllText(Path.Combine(folder, ScoreFile)), Format)!, ThresholdScore.Read(Path.Combine(folder, ThresholdsFile)));
    }

    /// <param name="sum">Of the blocks so far, to be shown.</param>
    private static void Measure(ImageBlock block, IReadOnlyList<ISample> samples, NetworkCams cams, double threshold, int labels, LabelOverlaps sum, RunContext context)
    {
        var measurement = new StepMeasurement(ChainScore.Cam, labels);
        var sweep = new ThresholdSweep(labels, Grid);
        foreach (var chunk in ReadAhead.Run(samples.Count, context.Modules.Workers, context.Cancellation, index => (Sample: samples[index], Image: samples[index].LoadImage(), Truth: samples[index].LoadLabels())).Chunk(CamExtraction.Chunk))
        {
            using var scope = NewDisposeScope();
            foreach (var ((sample, _, truth), cam) in chunk.Zip(cams.Of([.. chunk.Select(item => (item.Sample, item.Image))])))
            {
                var (map, values) = (new LabelMap(truth.Width, truth.Height, new byte[truth.Labels.Length]), Array.Empty<float>());
                if (cam is not null)
                {
                    var maps = cam.HighResolution.cpu();
                    (map, values) = (CamLabels.FromCams(maps, sample.PresentClasses, threshold), maps.ToFloats());
                }

                sum.Add(measurement.Add(sample.Id, truth, map));
                sweep.Add(truth, values, sample.PresentClasses);
                block.Progress.Advance(1, $"mIoU {sum.MeanIntersectionOverUnion():p1}");
            }
        }

        measurement.WriteImages(block.PartFolder);
        sweep.Write(Path.Combine(block.PartFolder, CountsFile));
    }
}
