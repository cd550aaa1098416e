using Pole.Data.Imaging;
using Pole.Data.Loading;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Training;
using TorchSharp;

namespace Pole.Pipeline.Stages;

/// <summary>Trains a segmentation network on the masks of the training split.</summary>
internal sealed class SegmentationStage : Stage
{
    private static readonly SpecValue<IModuleOptions<SegmentationNetwork, SegmentationBase>> Network = SpecValue.Of(experiment => experiment.Segmentation!.Network);
    private static readonly SpecValue<IModuleOptions<Backbone>?> Backbone = SpecValue.Of(experiment => experiment.Segmentation!.Backbone);
    private static readonly SpecValue<TrainingOptions> Training = SpecValue.Of(experiment => experiment.Segmentation!.Training);
    private static readonly SpecValue<SegmentationLoss?> Loss = SpecValue.OfOptional(experiment => experiment.Segmentation!.Loss);
    private static readonly SpecValue<MaskSource> Masks = SpecValue.Of(experiment => experiment.Segmentation!.Masks);

    /// <summary>For a network that stands on it.</summary>
    private static readonly SpecValue<IModuleOptions<ClipModel>?> Clip = SpecValue.FromOptional<IModuleOptions<ClipModel>?>("clip", ["clip"], experiment => StandsOnClip(experiment) ? experiment.Clip : null);

    /// <summary>What a network that makes its own masks asks the CLIP.</summary>
    private static readonly SpecValue<MaskPrompts?> Prompts = SpecValue.FromOptional<MaskPrompts?>("prompts of masks", ["prompt.template", "prompt.corpus", "prompt.synonyms", "prompt.synonyms-by-class", "prompt.backgrounds"],
        experiment => experiment is { Segmentation.Masks: MaskSource.Online, Prompt: { } prompt } ? new MaskPrompts(prompt.Template, (TakenNames)SpecValues.Names.In(experiment)!, prompt.Backgrounds) : null);

    public override string Name => "segmentation";

    public override int Version => 2;

    public override IReadOnlyList<SpecValue> Reads => [Network, Backbone, Training, Loss, Masks, Clip, Prompts, SpecValues.Seed];

    public override IReadOnlyList<TakenSlot> Takes =>
    [
        new TakenSlot(Slots.Masks, experiment => experiment.Segmentation is { Masks: MaskSource.Pseudo }),
        new TakenSlot(PipelineSlots.Network, experiment => experiment.Segmentation is { Backbone: null, Network: not IStandsOnClip }),
        new TakenSlot(Slots.Clip, StandsOnClip),
    ];

    public override IReadOnlyList<DataInput> Data =>
    [
        DataInput.Train(SampleParts.Images), DataInput.Train(SampleParts.Images | SampleParts.LabelMaps) with { When = spec => spec.Read(Masks) == MaskSource.Truth },
        DataInput.Train(SampleParts.Images | SampleParts.Classes) with { When = spec => spec.Read(Masks) == MaskSource.Online },
    ];

    public override IReadOnlyList<FilledSlot> Fills => [FilledSlot.Of(PipelineSlots.Segmentation, (run, folder) => new TrainedSegmentation(folder, () => Build(run, isTrained: true)))];

    public override bool AppliesTo(Experiment experiment) => experiment.Segmentation is not null;

    public override IReadOnlyList<string> WeightFiles(StageSpec spec, ModuleContext context) => InitialWeights.Files(spec.Read(Training), context);

    public override void Produce(StageRun run, StageWork work)
    {
        var (training, seed) = (run.Spec.Read(Training), run.Spec.Read(SpecValues.Seed));
        torch.random.manual_seed(seed);
        using var network = Build(run, isTrained: false);
        InitialWeights.Load(training, network, run.Modules);
        Func<ISample, LabelMap>? labels = run.Holds(Slots.Masks) ? sample => ImageCodec.ReadLabels(run.Take(Slots.Masks).FileOf(sample)) : run.Spec.Read(Masks) == MaskSource.Online ? null : sample => sample.LoadLabels();
        SegmentationTraining.Run(network, new LabelledBatches(run.Samples(run.Dataset.TrainSplit), labels, run.Dataset.Classes.Count + 1, network.Normalisation, training, seed), training, run.Spec.Read(Loss) ?? SegmentationLoss.CrossEntropy, run.Modules, run.Session(work));
        NetworkFile.Write(Path.Combine(work.Folder, TrainedSegmentation.WeightsFile), network);
    }

    private static bool StandsOnClip(Experiment experiment) => experiment.Segmentation?.Network is IStandsOnClip;

    /// <param name="isTrained">Whether the weights are read from a file: the CLIP is not asked then.</param>
    private static SegmentationNetwork Build(StageRun run, bool isTrained)
    {
        var below = new SegmentationBase(run.Dataset.Classes.Count + 1, () => run.Spec.Read(Backbone) is { } own ? own.Create(run.Modules) : run.Take(PipelineSlots.Network).LoadBackbone()) { ClipShape = (run.Spec.Read(Clip) as IClipShape)?.Shape };
        if (!isTrained && run.Holds(Slots.Clip)) below = below with { Clip = () => run.Take(Slots.Clip), Prompts = PromptsOf(run) };
        var network = run.Spec.Read(Network).Create(below, run.Modules);
        network.to(run.Modules.Device);
        return network;
    }

    private static ClipPrompts? PromptsOf(StageRun run) => run.Spec.Read(Prompts) is { } prompts
        ? new ClipPrompts(run.Take(Slots.Clip), prompts.Template, [.. run.Dataset.Classes.Select(name => prompts.Names.ByClass[name])], prompts.Backgrounds) : null;
}

/// <summary>What a network that makes its own masks asks the CLIP.</summary>
internal sealed record MaskPrompts(string Template, TakenNames Names, IReadOnlyList<string> Backgrounds);

/// <summary>A segmentation network in the store.</summary>
/// <param name="Build">Makes it with other weights.</param>
internal sealed record TrainedSegmentation(string Folder, Func<SegmentationNetwork> Build)
{
    public const string WeightsFile = "segmentation.safetensors";

    /// <summary>The caller disposes the network.</summary>
    public SegmentationNetwork Load()
    {
        var network = Build();
        NetworkFile.Read(Path.Combine(Folder, WeightsFile), network);
        network.eval();
        return network;
    }
}
