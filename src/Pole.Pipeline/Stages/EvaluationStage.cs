using System.Text.Json;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Training;
using static TorchSharp.torch;

namespace Pole.Pipeline.Stages;

/// <summary>Extracts multi-scale CAMs of the held-out split and measures them, at the experiment's threshold and at a grid of others.</summary>
internal sealed class EvaluationStage : ImageStage
{
    private const string ScoreFile = "score.json", ThresholdsFile = "thresholds.json", CountsFile = "counts.bin", ChoicesFile = "choices.json";

    private static readonly SpecValue<double> Threshold = SpecValue.Of(experiment => experiment.Cam.Threshold);
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };
    private static readonly IReadOnlyList<double> Grid = [.. Enumerable.Range(0, 50).Select(index => index / 50.0)];

    public override string Name => "evaluation";

    public override int Version => 3;

    public override IReadOnlyList<SpecValue> Reads => [Threshold, SpecValues.Metrics];

    public override IReadOnlyList<TakenSlot> Takes => [PipelineSlots.CamSource];

    public override IReadOnlyList<DataInput> Data => [DataInput.Evaluation(SampleParts.Images | SampleParts.Classes | SampleParts.LabelMaps)];

    public override IReadOnlyList<FilledSlot> Fills => [FilledSlot.Of(PipelineSlots.CamScores, (run, folder) => new CamScores(folder,
        // The masks are named as they are read now: the stage's key has their pixels, so what is stored is of the same.
        JsonSerializer.Deserialize<SegmentationScore>(File.ReadAllText(Path.Combine(folder, ScoreFile)), Format)! with { Masks = MeasuredMasks.Of(run.Samples(run.Dataset.EvaluationSplit)) }, ThresholdScore.Read(Path.Combine(folder, ThresholdsFile)), ChoicesOf(folder)))];

    public override bool AppliesTo(Experiment experiment) => SpecValues.IsMeasured(experiment);

    public override string SplitOf(StageSpec spec, IDataset dataset) => dataset.EvaluationSplit;

    public override void Produce(StageRun run, IEnumerable<ImageBlock> blocks)
    {
        var samples = run.Samples(run.Dataset.EvaluationSplit);
        using var cams = run.Take(PipelineSlots.CamSource).Open();
        var sum = new LabelOverlaps(run.Dataset.Classes.Count + 1);
        foreach (var block in blocks) Measure(block, block.Of(samples), cams, sum, run);
    }

    public override void Merge(StageRun run, DoneBlocks blocks)
    {
        var (split, labels) = (run.Dataset.EvaluationSplit, run.Dataset.Classes.Count + 1);
        var sweep = new ThresholdSweep(labels, Grid);
        foreach (var part in blocks.Files(CountsFile)) sweep.Add(part);
        ThresholdScore.Write(Path.Combine(blocks.Folder, ThresholdsFile), sweep.Results().Select(result => new ThresholdScore(Math.Round(result.Threshold, 6), result.Confusion.MeanIntersectionOverUnion())));
        var cam = StepMeasurement.Score(ChainScore.Cam, split, MetricSet.Of(run), blocks);
        var score = new SegmentationScore(split, cam.Images, run.Spec.Read(Threshold), ["background", .. run.Dataset.Classes], cam.Iou, cam.MeanIou) { Metrics = cam.Metrics };
        File.WriteAllText(Path.Combine(blocks.Folder, ScoreFile), JsonSerializer.Serialize(score, Format));
        var choices = blocks.Parts.Select(ChoicesOf).OfType<PromptChoices>().SelectMany(part => part.All).ToList();
        if (choices.Count > 0) new PromptChoices(choices).Write(Path.Combine(blocks.Folder, ChoicesFile));
    }

    /// <returns>Null where the source of the CAMs chooses no texts.</returns>
    private static PromptChoices? ChoicesOf(string folder) => Path.Combine(folder, ChoicesFile) is var file && File.Exists(file) ? PromptChoices.Read(file) : null;

    /// <param name="sum">Of the blocks so far, to be shown.</param>
    private static void Measure(ImageBlock block, IReadOnlyList<ISample> samples, ICamSource cams, LabelOverlaps sum, StageRun run)
    {
        var measurement = new StepMeasurement(ChainScore.Cam, MetricSet.Of(run));
        var (sweep, threshold, choices) = (new ThresholdSweep(run.Dataset.Classes.Count + 1, Grid), run.Spec.Read(Threshold), new List<PromptChoice>());
        foreach (var chunk in ReadAhead.Run(samples.Count, run.Modules.Workers, run.Cancellation, index => (Sample: samples[index], Image: samples[index].LoadImage(), Truth: samples[index].LoadLabels())).Chunk(CamExtraction.Chunk))
        {
            using var scope = NewDisposeScope();
            foreach (var ((sample, image, truth), cam) in chunk.Zip(cams.Of([.. chunk.Select(item => (item.Sample, item.Image))])))
            {
                var (map, values) = (new LabelMap(image.Width, image.Height, new byte[image.Width * image.Height]), Array.Empty<float>());
                if (cam is not null)
                {
                    var maps = cam.HighResolution.cpu();
                    (map, values) = (CamLabels.FromCams(maps, cam.Classes, threshold), maps.ToFloats());
                    choices.AddRange(cam.Classes.Zip(cam.Chosen, (index, text) => PromptChoice.Of(sample.Id, index, run.Dataset.Classes[index], text)));
                }

                sum.Add(measurement.Add(sample.Id, truth, map));
                sweep.Add(truth, values, cam?.Classes ?? []);
                block.Progress.Advance(1, $"mIoU {sum.MeanIntersectionOverUnion():p1}");
            }
        }

        measurement.Write(block.PartFolder);
        sweep.Write(Path.Combine(block.PartFolder, CountsFile));
        if (choices.Count > 0) new PromptChoices(choices).Write(Path.Combine(block.PartFolder, ChoicesFile));
    }
}

/// <summary>What the CAMs of the held-out split are worth.</summary>
/// <param name="Folder">Holds what each image adds.</param>
/// <param name="Choices">Texts that the source of the CAMs chose for the images; null where it chooses none.</param>
internal sealed record CamScores(string Folder, SegmentationScore Score, IReadOnlyList<ThresholdScore> Thresholds, PromptChoices? Choices);
