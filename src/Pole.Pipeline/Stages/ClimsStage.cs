namespace Pole.Pipeline.Stages;

/// <summary>Trains the CAM network with CLIP as the judge, from the baseline's weights.</summary>
internal sealed class ClimsStage : JudgedTrainingStage
{
    private static readonly SpecValue<ObjectiveOptions?> Whole = SpecValue.Of(experiment => experiment.Objective);

    public override string Name => "clims";

    public override int Version => 3;

    public override IReadOnlyList<TakenSlot> Takes => [.. base.Takes, new TakenSlot(PipelineSlots.BackgroundPrompts, experiment => experiment.Objective is { ReadsLearntBackgrounds: true })];

    protected override SpecValue<ObjectiveOptions?> Objective => Whole;

    protected override Slot<TrainedNetwork> Start => PipelineSlots.Network;

    protected override Slot<TrainedNetwork> End => PipelineSlots.Network;
}
