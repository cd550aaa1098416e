using System.ComponentModel.DataAnnotations;

namespace Pole;

/// <summary>
/// One experiment, as its YAML spec says it. This record is the schema: keys are the property names in kebab-case,
/// <c>required</c> properties are required keys, types and annotations are checked at build time.
/// </summary>
public sealed record Experiment : ICrossChecked
{
    /// <summary>Path of the spec below <c>experiments</c>, without extension: <c>shapes/pole</c>. Not a key.</summary>
    [FilledByCompiler, PresentationOnly] public required string Name { get; init; }

    /// <summary>The spec whose sweep this is a point of; null where it is a spec of its own.</summary>
    [FilledByCompiler, PresentationOnly] public string? Sweep { get; init; }

    /// <summary>Where each given value comes from.</summary>
    [FilledByCompiler, PresentationOnly] public SpecOrigins Origins { get; init; } = SpecOrigins.None;

    /// <summary>What the experiment is for, in a sentence.</summary>
    [PresentationOnly] public required string Description { get; init; }

    /// <summary>Seed of initialisation, order and augmentation.</summary>
    [Range(0, int.MaxValue)] public int Seed { get; init; }

    /// <summary>Numerical environment: what determines rounding. Left out: the machine's.</summary>
    public ComputeOptions? Compute { get; init; }

    /// <summary>Images with image-level labels.</summary>
    public required IModuleOptions<IDataset> Dataset { get; init; }

    /// <summary>Features of the CAM network. Needed unless <c>cam.source</c> takes the place of the network.</summary>
    public IModuleOptions<Backbone>? Backbone { get; init; }

    /// <summary>Training of the baseline CAM network on image-level labels. Needed unless <c>baseline-weights</c> or <c>cam.source</c> takes its place.</summary>
    public TrainingOptions? Baseline { get; init; }

    /// <summary>A file in the weights folder with a trained baseline, such as CLIMS's <c>res50_cam.pth</c>; the baseline is then not trained.</summary>
    public string? BaselineWeights { get; init; }

    /// <summary>How CAMs are extracted and turned into label maps.</summary>
    public CamOptions Cam { get; init; } = new();

    /// <summary>The judge. Left out: the experiment ends with the baseline CAM.</summary>
    public IModuleOptions<ClipModel>? Clip { get; init; }

    /// <summary>What CLIP judges a CAM by.</summary>
    [TogetherWith(nameof(Clip))] public PromptOptions? Prompt { get; init; }

    /// <summary>What the CAM network is trained by under CLIP's judgement.</summary>
    [TogetherWith(nameof(Clims))] public ObjectiveOptions? Objective { get; init; }

    /// <summary>Training of the CAM network by the objective, from the baseline's weights.</summary>
    public TrainingOptions? Clims { get; init; }

    /// <summary>Small networks behind the frozen CLIP.</summary>
    public AdaptorOptions Adaptor { get; init; } = new();

    /// <summary>From CAMs to pseudo-masks. Left out: nothing is refined.</summary>
    public RefinementOptions? Refinement { get; init; }

    /// <summary>A segmentation network trained on the pseudo-masks. Left out: the experiment ends before it.</summary>
    public SegmentationOptions? Segmentation { get; init; }

    /// <summary>What label maps are measured by besides the IoU. Left out: nothing else.</summary>
    public IReadOnlyList<IModuleOptions<Metric, IReadOnlyList<string>>>? Metrics { get; init; }

    /// <summary>Further stages, each where the results that it takes are there: between CAMs and masks, for example. Left out: none.</summary>
    public IReadOnlyList<IModuleOptions<Stage>>? Stages { get; init; }

    /// <summary>Experiments whose results the table shows beside this one's; they run first, and share stages with it.</summary>
    [ExperimentReferences, PresentationOnly] public IReadOnlyList<string> Compare { get; init; } = [];

    /// <summary>SHA-256 of everything in the spec that changes a result; two experiments with one fingerprint have one result.</summary>
    public string Fingerprint => CanonicalSpec.Fingerprint(this);

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        foreach (var conflict in Cam.Source is null ? ConflictsOfNetwork() : ConflictsOfSource()) yield return conflict;
        if (Clip is null && Clims is not null) yield return new SpecConflict("clims", "CLIP judges what the objective trains: give clip and prompt, or leave clims and objective out");
        if (Clip is not null && Clims is null && Cam.Source is null && Segmentation?.Network is not IStandsOnClip) yield return new SpecConflict("clip", "it is not used: add objective and clims, or a cam.source or segmentation.network that uses it, or remove it");
        if (Segmentation is { Masks: MaskSource.Truth } && Refinement is not null)
            yield return new SpecConflict("refinement", "nothing is refined where segmentation.masks is truth: leave one of them out");
        foreach (var conflict in Segmentation is { } segmentation ? ConflictsOf(segmentation) : []) yield return conflict;
        var metrics = (Metrics ?? []).Select(MetricName.Of).ToList();
        foreach (var (index, name) in metrics.Index().Where(metric => metrics.IndexOf(metric.Item) < metric.Index)) yield return new SpecConflict($"metrics[{index}]", $"the metric '{name}' is given twice: leave one out, or give it other options");
    }

    private IEnumerable<SpecConflict> ConflictsOf(SegmentationOptions segmentation)
    {
        var name = PoleModuleAttribute.NameOf(segmentation.Network);
        if (segmentation is { Network: IStandsOnClip, Backbone: not null }) yield return new SpecConflict("segmentation.backbone", $"{name} stands on the clip: leave segmentation.backbone out, with ~ where a base gives it");
        if (segmentation.Masks != MaskSource.Online) yield break;
        if (segmentation.Network is not IMakesMasks) yield return new SpecConflict("segmentation.masks", $"{name} makes no masks itself: leave masks out, or take weclip as segmentation.network");
        if (Refinement is not null) yield return new SpecConflict("refinement", "nothing learns from refined masks where segmentation.masks is online: leave one of them out");
    }

    private IEnumerable<SpecConflict> ConflictsOfNetwork()
    {
        if (Backbone is null) yield return new SpecConflict("backbone", "it is missing, and the CAM network needs it");
        if (Baseline is null && BaselineWeights is null) yield return new SpecConflict("baseline", "it is missing: give the training of the CAM network, or baseline-weights with a trained one");
    }

    private IEnumerable<SpecConflict> ConflictsOfSource()
    {
        var trains = new (string Key, object? Value)[]
        {
            ("backbone", Backbone), ("baseline", Baseline), ("baseline-weights", BaselineWeights), ("cam.network", Cam.Network), ("clims", Clims), ("prompt.selection", Prompt?.Selection), ("prompt.learner", Cam.Source is ITakesDescriptions && Prompt?.Learner is IDescribesClasses ? null : Prompt?.Learner),
            ("adaptor.image", Adaptor.Image), ("adaptor.text", Adaptor.Text),
        };
        foreach (var (key, _) in trains.Where(entry => entry.Value is not null)) yield return new SpecConflict(key, $"cam.source takes the place of the CAM network and its training: leave {key} out, with ~ where a base gives it");
        if (Refinement is { Affinity: not null, Backbone: null }) yield return new SpecConflict("refinement", "cam.source trains no network whose backbone the affinities could stand on: give refinement.backbone");
        if (Segmentation is { Backbone: null, Network: not IStandsOnClip }) yield return new SpecConflict("segmentation", "cam.source trains no network whose backbone the segmentation network could stand on: give segmentation.backbone");
    }

    /// <summary>Name of the executable that runs this experiment: <c>pole-shapes-pole</c>.</summary>
    public string ExecutableName => ExecutableNameOf(Name);

    /// <summary>Name of the executable that runs an experiment: <c>pole-shapes-pole</c>.</summary>
    public static string ExecutableNameOf(string name) => $"pole-{name.Replace('/', '-')}";
}
