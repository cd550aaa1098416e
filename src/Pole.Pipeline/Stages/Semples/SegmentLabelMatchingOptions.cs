namespace Pole.Pipeline.Stages.Semples;

/// <summary>The first training of SemPLeS (Lin et al., WACV 2025): that of <c>clims</c>, from the baseline, without the terms of the objective that read learnt background prompts. The stage <c>background-prompts</c> learns prompts of its network; <c>clims</c> then trains with them, from the baseline again.</summary>
[PoleModule("segment-label-matching")]
public sealed record SegmentLabelMatchingOptions : IModuleOptions<Stage>, ICrossChecked
{
    public Stage Create(ModuleContext context) => new SegmentLabelMatchingStage();

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        if (!experiment.Stages!.Any(stage => stage is ILearnsBackgrounds)) yield return new SpecConflict(path, "nothing learns of the network that it trains: give background-prompts behind it, or leave it out");
        if (experiment.Objective is { WithoutLearntBackgrounds.Terms.Count: 0 }) yield return new SpecConflict("objective.terms", "segment-label-matching trains by the terms that read no learnt background prompt, and there are none: give otm and btm too");
    }
}

internal sealed class SegmentLabelMatchingStage : JudgedTrainingStage
{
    private static readonly SpecValue<ObjectiveOptions?> Matching = SpecValue.From<ObjectiveOptions?>("objective without learnt backgrounds", ["objective"], experiment => experiment.Objective?.WithoutLearntBackgrounds);

    public override string Name => "segment-label-matching";

    public override int Version => 1;

    protected override SpecValue<ObjectiveOptions?> Objective => Matching;

    protected override Slot<TrainedNetwork> Start => PipelineSlots.Baseline;

    protected override Slot<TrainedNetwork> End => PipelineSlots.Matched;
}
