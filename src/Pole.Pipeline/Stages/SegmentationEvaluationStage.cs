using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Inference;

namespace Pole.Pipeline.Stages;

/// <summary>Predicts the label maps of the held-out split, and measures them where there is a ground truth.</summary>
internal sealed class SegmentationEvaluationStage : ImageStage
{
    public const string Step = "segmentation", RefinedStep = "segmentation + CRF";

    private const string ScoresFile = "scores.json";

    /// <summary>Photographs whose probabilities are in flight while the CRF refines them on every core: 16 MB each at 21 labels.</summary>
    private const int ImagesInFlight = 16;

    private static readonly SpecValue<DenseCrfOptions?> Crf = SpecValue.Of(experiment => experiment.Segmentation!.Crf);
    private static readonly SpecValue<string?> Split = SpecValue.Of(experiment => experiment.Segmentation!.Split);

    public override string Name => "segmentation-evaluation";

    public override int Version => 3;

    public override IReadOnlyList<SpecValue> Reads => [Crf, Split, SpecValues.Metrics];

    public override IReadOnlyList<TakenSlot> Takes => [PipelineSlots.Segmentation];

    public override IReadOnlyList<DataInput> Data => [new DataInput("segmentation.split", SplitOf, SampleParts.Images | SampleParts.LabelMaps)];

    public override IReadOnlyList<FilledSlot> Fills => [FilledSlot.Of(PipelineSlots.SegmentationScores, Open)];

    public override bool AppliesTo(Experiment experiment) => experiment.Segmentation is not null;

    /// <summary>The split that is measured on.</summary>
    public override string SplitOf(StageSpec spec, IDataset dataset) => spec.Read(Split) ?? dataset.EvaluationSplit;

    public override void Produce(StageRun run, IEnumerable<ImageBlock> blocks)
    {
        var samples = run.Samples(SplitOf(run.Spec, run.Dataset));
        using var network = Load(run);
        foreach (var block in blocks) Measure(block, block.Of(samples), network, StepsOf(run), run);
    }

    public override void Merge(StageRun run, DoneBlocks blocks) => ChainScore.Write(Path.Combine(blocks.Folder, ScoresFile),
        [.. StepsOf(run).Select(step => StepMeasurement.Score(step, SplitOf(run.Spec, run.Dataset), MetricSet.Of(run), blocks)).Where(score => score.Images > 0)]);

    private SegmentationScores Open(StageRun run, string folder) => new(folder, ChainScore.Read(Path.Combine(folder, ScoresFile), MeasuredMasks.Of(run.Samples(SplitOf(run.Spec, run.Dataset)))), () => Load(run));

    private static SegmentationInference Load(StageRun run) => new(run.Take(PipelineSlots.Segmentation).Load(), run.Dataset.Classes.Count + 1, run.Spec.Read(Crf), run.Modules.Device);

    private static IReadOnlyList<string> StepsOf(StageRun run) => run.Spec.Read(Crf) is null ? [Step] : [Step, RefinedStep];

    private static void Measure(ImageBlock block, IReadOnlyList<ISample> samples, SegmentationInference network, IReadOnlyList<string> steps, StageRun run)
    {
        var measurements = steps.Select(step => new StepMeasurement(step, MetricSet.Of(run))).ToList();
        foreach (var group in ImageGroups.Within(ImagesInFlight, samples))
        {
            var items = group.Select(entry => (entry.Image, Probabilities: network.Probabilities(entry.Image))).ToList();
            var maps = new IReadOnlyList<LabelMap>[group.Count];
            ParallelWork.For(group.Count, run.Cancellation, index =>
            {
                var (image, probabilities) = items[index];
                var plain = SegmentationInference.MostProbable(image, probabilities);
                maps[index] = network.Refined(image, probabilities) is { } refined ? [plain, refined] : [plain];
                new LabelFolder(block.ResultFolder).Write(group[index].Sample, maps[index][^1]);
                block.Progress.Advance(1);
            });
            foreach (var ((sample, _), results) in group.Zip(maps).Where(pair => pair.First.Sample.HasLabels))
            {
                var truth = sample.LoadLabels();
                foreach (var (measurement, map) in measurements.Zip(results)) measurement.Add(sample.Id, truth, map);
            }
        }

        foreach (var measurement in measurements) measurement.Write(block.PartFolder);
    }
}

/// <summary>What segmentation gave.</summary>
/// <param name="Folder">Predicted label maps of the held-out split, ID.png.</param>
/// <param name="Load">The trained network; the caller disposes it.</param>
internal sealed record SegmentationScores(string Folder, IReadOnlyList<ChainScore> Scores, Func<SegmentationInference> Load);
