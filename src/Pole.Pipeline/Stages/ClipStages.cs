using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Training;
using Pole.Zoo.Clip;
using TorchSharp;

namespace Pole.Pipeline.Stages;

/// <summary>A small CLIP, pretrained on the data set's captions.</summary>
internal sealed class PretrainedClipStage : Stage
{
    private const string WeightsFile = "clip.safetensors";

    private static readonly SpecValue<IModuleOptions<ClipModel>?> Clip = SpecValue.Of(experiment => experiment.Clip);

    public override string Name => "clip";

    public override int Version => 1;

    public override IReadOnlyList<SpecValue> Reads => [Clip, SpecValues.Seed];

    public override IReadOnlyList<DataInput> Data => [new DataInput("captions", null, SampleParts.Captions)];

    public override IReadOnlyList<FilledSlot> Fills => [FilledSlot.Of(Slots.Clip, Open)];

    public override bool AppliesTo(Experiment experiment) => experiment.Clip is ICaptionPretraining;

    public override void Produce(StageRun run, StageWork work)
    {
        var (pretraining, source, seed) = (Pretraining(run), Captions(run), run.Spec.Read(SpecValues.Seed));
        torch.random.manual_seed(seed);
        using var untrained = (ClipNetwork)pretraining.CreateUntrained(source.Vocabulary);
        untrained.to(run.Modules.Device);
        ClipPretraining.Run(untrained, source, pretraining, seed, run.Modules, run.Session(work));
        NetworkFile.Write(Path.Combine(work.Folder, WeightsFile), untrained);
    }

    private static ClipModel Open(StageRun run, string folder)
    {
        var pretraining = Pretraining(run);
        var clip = pretraining.CreateUntrained(Captions(run).Vocabulary);
        NetworkFile.Read(Path.Combine(folder, WeightsFile), clip);
        return FrozenClip.Of(pretraining.CreateJudge(clip), run.Modules.Device);
    }

    private static ICaptionPretraining Pretraining(StageRun run) => (ICaptionPretraining)run.Spec.Read(Clip)!;

    private static ICaptionSource Captions(StageRun run) => run.Dataset as ICaptionSource
        ?? throw new ExperimentException($"{run.Spec.Experiment}: its clip is pretrained on captions, which the data set does not have; use a clip with published weights");
}

/// <summary>A CLIP with published weights, which is only opened.</summary>
internal sealed class PublishedClipStage : SourceStage
{
    private static readonly SpecValue<IModuleOptions<ClipModel>?> Clip = SpecValue.Of(experiment => experiment.Clip);

    public override string Name => "clip";

    public override int Version => 1;

    public override IReadOnlyList<SpecValue> Reads => [Clip];

    public override IReadOnlyList<FilledSlot> Fills => [FilledSlot.Of(Slots.Clip, (run, _) => FrozenClip.Of(run.Spec.Read(Clip)!.Create(run.Modules), run.Modules.Device))];

    public override bool AppliesTo(Experiment experiment) => experiment.Clip is not (null or ICaptionPretraining);
}

/// <summary>CLIP as a judge: its weights get no gradients.</summary>
internal static class FrozenClip
{
    public static ClipModel Of(ClipModel clip, torch.Device device)
    {
        clip.eval();
        foreach (var parameter in clip.parameters()) parameter.requires_grad_(false);
        clip.to(device);
        return clip;
    }
}
