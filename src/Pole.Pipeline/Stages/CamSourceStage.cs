using Pole.Pipeline.Inference;

namespace Pole.Pipeline.Stages;

/// <summary>The CAMs of the network that is trained so far, of any image.</summary>
internal sealed class CamSourceStage : SourceStage
{
    private static readonly SpecValue<IReadOnlyList<double>> Scales = SpecValue.Of(experiment => experiment.Cam.Scales);

    public override string Name => "cams";

    public override int Version => 1;

    public override IReadOnlyList<SpecValue> Reads => [Scales];

    public override IReadOnlyList<TakenSlot> Takes => [PipelineSlots.Network];

    public override IReadOnlyList<FilledSlot> Fills => [FilledSlot.Of(Slots.Cams, Open), FilledSlot.Of(PipelineSlots.CamSource, Open)];

    public override bool AppliesTo(Experiment experiment) => experiment.Cam.Source is null;

    private static CamSet Open(StageRun run, string folder)
    {
        var (network, options, device) = (run.Take(PipelineSlots.Network), new CamOptions { Scales = run.Spec.Read(Scales) }, run.Modules.Device);
        return new CamSet(() => new NetworkCams(network.Load(), options, device));
    }
}
