using Pole.Pipeline.Evaluation;

namespace Pole.Pipeline.Stages;

/// <summary>Measures the masks of the training images after each step.</summary>
internal sealed class MaskEvaluationStage : ImageStage
{
    private const string ScoresFile = "scores.json";

    public override string Name => "mask-evaluation";

    public override int Version => 1;

    public override IReadOnlyList<SpecValue> Reads => [SpecValues.Metrics];

    public override IReadOnlyList<TakenSlot> Takes => [PipelineSlots.StepMasks];

    public override IReadOnlyList<DataInput> Data => [DataInput.Train(SampleParts.LabelMaps)];

    public override IReadOnlyList<FilledSlot> Fills =>
        [FilledSlot.Of(PipelineSlots.MaskScores, (run, folder) => new MaskScores(folder, ChainScore.Read(Path.Combine(folder, ScoresFile), MeasuredMasks.Of(run.Samples(run.Dataset.TrainSplit))), run.Take(PipelineSlots.StepMasks).Folder.Masks, run.Take(PipelineSlots.StepMasks).Remarks.Sentences))];

    public override bool AppliesTo(Experiment experiment) => PseudoMaskStage.MakesMasks(experiment) && SpecValues.IsMeasured(experiment);

    public override string SplitOf(StageSpec spec, IDataset dataset) => dataset.TrainSplit;

    public override void Produce(StageRun run, IEnumerable<ImageBlock> blocks)
    {
        var (samples, masks, metrics) = (run.Samples(run.Dataset.TrainSplit), run.Take(PipelineSlots.StepMasks), MetricSet.Of(run));
        foreach (var block in blocks)
        {
            var measurements = masks.Names.Select(step => new StepMeasurement(step, metrics)).ToList();
            var measured = block.Of(samples).Where(sample => sample.HasLabels).ToList();
            block.Progress.Advance(block.Count - measured.Count);
            foreach (var (sample, truth, maps) in ReadAhead.Run(measured.Count, run.Modules.Workers, run.Cancellation, index => (Sample: measured[index], Truth: measured[index].LoadLabels(), Maps: masks.Names.Select(step => masks.Read(step, measured[index])).ToList())))
            {
                foreach (var (measurement, map) in measurements.Zip(maps)) measurement.Add(sample.Id, truth, map);
                block.Progress.Advance(1);
            }

            foreach (var measurement in measurements) measurement.Write(block.PartFolder);
        }
    }

    public override void Merge(StageRun run, DoneBlocks blocks) => ChainScore.Write(Path.Combine(blocks.Folder, ScoresFile),
        [.. run.Take(PipelineSlots.StepMasks).Names.Select(step => StepMeasurement.Score(step, run.Dataset.TrainSplit, MetricSet.Of(run), blocks)).Where(score => score.Images > 0)]);
}

/// <summary>What the masks of the training images are worth.</summary>
/// <param name="Folder">Holds what each image adds.</param>
/// <param name="Scores">After each step; empty where there is no ground truth.</param>
/// <param name="Masks">Folder of the masks.</param>
/// <param name="Remarks">What the steps have to say of images.</param>
internal sealed record MaskScores(string Folder, IReadOnlyList<ChainScore> Scores, string Masks, IReadOnlyList<string> Remarks);
