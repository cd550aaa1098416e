using Pole.Data;
using Pole.Data.Loading;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Training;
using Pole.Zoo.Clip;
using Pole.Zoo.Clip.Aligned;
using TorchSharp;

namespace Pole.Pipeline.Stages;

/// <summary>A small CLIP, pretrained on the data set's captions or on those that its image-level labels make.</summary>
internal sealed class PretrainedClipStage : Stage
{
    private const string WeightsFile = "clip.safetensors";

    private static readonly SpecValue<ICaptionPretraining> Pretraining = SpecValue.From("clip", ["clip"], experiment => (experiment.Clip as ICaptionPretraining)?.Pretraining);

    private static readonly SpecValue<int> Seed = SpecValue.From("clip.seed", ["clip.seed", "seed"], experiment => (experiment.Clip as ICaptionPretraining)?.Seed ?? experiment.Seed);

    /// <summary>Every name of the corpus, whichever are taken of it, so that experiments which differ in that alone share a CLIP.</summary>
    private static readonly SpecValue<CaptionNames> Names = SpecValue.FromOptional("names of captions", ["prompt.corpus", "prompt.backgrounds"], experiment => experiment is { Clip: ICaptionPretraining { ReadsLabels: true }, Prompt: { } prompt }
        ? new CaptionNames([.. DatasetClasses.Of(experiment.Dataset).Select(name => prompt.Corpus.Names[name])], prompt.Backgrounds) : null);

    public override string Name => "clip";

    public override int Version => 1;

    public override IReadOnlyList<SpecValue> Reads => [Pretraining, Seed, Names];

    public override IReadOnlyList<DataInput> Data =>
    [
        new DataInput("captions", null, SampleParts.Captions, spec => spec.Read(Names) is null),
        DataInput.Train(SampleParts.Images | SampleParts.Classes) with { When = spec => spec.Read(Names) is not null },
    ];

    public override IReadOnlyList<FilledSlot> Fills => [FilledSlot.Of(PipelineSlots.PretrainedClip, (run, folder) => new PretrainedClip(Path.Combine(folder, WeightsFile), Captions(run).Vocabulary))];

    public override bool AppliesTo(Experiment experiment) => experiment.Clip is ICaptionPretraining;

    public override void Produce(StageRun run, StageWork work)
    {
        var (pretraining, source, seed) = (run.Spec.Read(Pretraining)!, Captions(run), run.Spec.Read(Seed));
        torch.random.manual_seed(seed);
        using var untrained = (ClipNetwork)pretraining.CreateUntrained(source.Vocabulary);
        untrained.to(run.Modules.Device);
        ClipPretraining.Run(untrained, source, pretraining, seed, run.Modules, run.Session(work));
        NetworkFile.Write(Path.Combine(work.Folder, WeightsFile), untrained);
    }

    private static ICaptionSource Captions(StageRun run) => run.Spec.Read(Names) is { } names ? new LabelCaptions(run.Samples(run.Dataset.TrainSplit), names.OfClasses, names.Others) : run.Dataset as ICaptionSource
        ?? throw new ExperimentException($"{run.Spec.Experiment}: its clip is pretrained on captions, which the data set does not have; use a clip with published weights");
}

/// <summary>What captions made of labels call the classes.</summary>
/// <param name="OfClasses">In label order.</param>
/// <param name="Others">Words that prompts have besides.</param>
internal sealed record CaptionNames(IReadOnlyList<IReadOnlyList<string>> OfClasses, IReadOnlyList<string> Others);

/// <param name="Weights">A file in the store.</param>
/// <param name="Vocabulary">Words that the CLIP was made for.</param>
internal sealed record PretrainedClip(string Weights, IReadOnlyList<string> Vocabulary);

/// <summary>The small CLIP as the losses and the selection see it: what of its options shapes cosines alone trains nothing anew.</summary>
internal sealed class PretrainedJudgeStage : SourceStage
{
    private static readonly SpecValue<IModuleOptions<ClipModel>?> Clip = SpecValue.Of(experiment => experiment.Clip);

    public override string Name => "clip";

    public override int Version => 1;

    public override IReadOnlyList<SpecValue> Reads => [Clip];

    public override IReadOnlyList<TakenSlot> Takes => [PipelineSlots.PretrainedClip];

    public override IReadOnlyList<FilledSlot> Fills => [FilledSlot.Of(Slots.Clip, Open)];

    public override bool AppliesTo(Experiment experiment) => experiment.Clip is ICaptionPretraining;

    private static ClipModel Open(StageRun run, string folder)
    {
        var (options, stored) = ((ICaptionPretraining)run.Spec.Read(Clip)!, run.Take(PipelineSlots.PretrainedClip));
        var clip = options.CreateUntrained(stored.Vocabulary);
        NetworkFile.Read(stored.Weights, clip);
        return FrozenClip.Of(options.CreateJudge(clip), run.Modules.Device);
    }
}

/// <summary>A CLIP with published weights, which is only opened.</summary>
internal sealed class PublishedClipStage : SourceStage
{
    private static readonly SpecValue<IModuleOptions<ClipModel>?> Clip = SpecValue.Of(experiment => experiment.Clip);

    public override string Name => "clip";

    public override int Version => 1;

    public override IReadOnlyList<SpecValue> Reads => [Clip];

    public override IReadOnlyList<FilledSlot> Fills => [FilledSlot.Of(Slots.Clip, (run, _) => FrozenClip.Of(run.Spec.Read(Clip)!.Create(run.Modules), run.Modules.Device))];

    public override bool AppliesTo(Experiment experiment) => experiment.Clip is not (null or ICaptionPretraining or AlignedClipOptions);
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
