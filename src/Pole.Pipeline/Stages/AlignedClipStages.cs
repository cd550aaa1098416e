using Pole.Data;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Training;
using Pole.Zoo.Clip.Aligned;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Stages;

/// <summary>The projection of an aligned clip, fitted to the image-level labels of the training images.</summary>
internal sealed class AlignmentStage : Stage
{
    private const string WeightsFile = "projection.safetensors";

    private static readonly SpecValue<AlignedClipOptions> Fit = SpecValue.From("clip", ["clip"], experiment => (experiment.Clip as AlignedClipOptions)?.Fit);

    private static readonly SpecValue<int> Seed = SpecValue.From("clip.seed", ["clip.seed", "seed"], experiment => (experiment.Clip as AlignedClipOptions)?.Seed ?? experiment.Seed);

    /// <summary>The ground-truth names alone: experiments that differ in their other names share the clip.</summary>
    private static readonly SpecValue<IReadOnlyList<string>> Prompts = SpecValue.From("prompts of classes", ["prompt.corpus", "prompt.template"], PromptsOf);

    public override string Name => "clip";

    public override int Version => 1;

    public override IReadOnlyList<SpecValue> Reads => [Fit, Seed, Prompts];

    public override IReadOnlyList<DataInput> Data => [DataInput.Train(SampleParts.Images | SampleParts.Classes)];

    public override IReadOnlyList<FilledSlot> Fills => [FilledSlot.Of(PipelineSlots.Projection, (_, folder) => new FittedProjection(Path.Combine(folder, WeightsFile)))];

    public override bool AppliesTo(Experiment experiment) => experiment.Clip is AlignedClipOptions;

    public override void Produce(StageRun run, StageWork work)
    {
        var (options, seed) = (run.Spec.Read(Fit), run.Spec.Read(Seed));
        random.manual_seed(seed);
        using var clip = options.CreateUnfitted(run.Modules);
        clip.to(run.Modules.Device);
        ClipAlignment.Run(clip, run.Samples(run.Dataset.TrainSplit), run.Spec.Read(Prompts), options, seed, run.Modules, run.Session(work));
        NetworkFile.Write(Path.Combine(work.Folder, WeightsFile), clip.Projection);
    }

    private static IReadOnlyList<string>? PromptsOf(Experiment experiment) => experiment.Prompt is not { } prompt ? null
        : [.. DatasetClasses.Of(experiment.Dataset).Select(name => prompt.Template.Replace("{}", prompt.NamesOf(name)[0], StringComparison.Ordinal))];
}

/// <param name="Weights">A file in the store.</param>
internal sealed record FittedProjection(string Weights);

/// <summary>The aligned clip as the losses and the selection see it.</summary>
internal sealed class AlignedClipStage : SourceStage
{
    private static readonly SpecValue<IModuleOptions<ClipModel>?> Clip = SpecValue.Of(experiment => experiment.Clip);

    public override string Name => "clip";

    public override int Version => 1;

    public override IReadOnlyList<SpecValue> Reads => [Clip];

    public override IReadOnlyList<TakenSlot> Takes => [PipelineSlots.Projection];

    public override IReadOnlyList<FilledSlot> Fills => [FilledSlot.Of(Slots.Clip, Open)];

    public override bool AppliesTo(Experiment experiment) => experiment.Clip is AlignedClipOptions;

    private static ClipModel Open(StageRun run, string folder)
    {
        var options = (AlignedClipOptions)run.Spec.Read(Clip)!;
        var clip = options.CreateUnfitted(run.Modules);
        NetworkFile.Read(run.Take(PipelineSlots.Projection).Weights, clip.Projection);
        return FrozenClip.Of(options.CreateJudge(clip), run.Modules.Device);
    }
}
