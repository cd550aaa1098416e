using System.ComponentModel.DataAnnotations;
using Pole.Data.Masks;

namespace Pole.Pipeline.Refinement.Steps;

/// <summary>
/// The labels merged with class-agnostic masks from files, such as Segment Anything's (SEPL; Chen, Mai, Li, Chao 2023): a mask that mostly has a class, or nearly all of a class, becomes that class. More supervision than image-level
/// labels: tables name it.
/// </summary>
[PoleModule("sepl")]
public sealed record MaskMergingOptions : IModuleOptions<RefinementStep, RefinementBase>, IReadsWeights, IAddsSupervision
{
    /// <summary>
    /// Masks in the weights folder: a folder with a folder ID of PNGs, one mask each, or a file ID.json of run lengths for each image, or one JSON file in COCO's form. An image without masks keeps its labels.
    /// </summary>
    public required string Masks { get; init; }

    /// <summary>A mask of which more than this share has the class becomes the class.</summary>
    [Range(0.0, 1.0)] public double MaskOverlap { get; init; } = 0.5;

    /// <summary>So does a mask that has this share of the class's pixels, or more.</summary>
    [Range(0.0, 1.0)] public double ClassOverlap { get; init; } = 0.85;

    string IAddsSupervision.Supervision => "SAM masks";

    public IReadOnlyList<string> WeightFiles(ModuleContext context) => Locate(context) is var path && File.Exists(path) ? [path] : [];

    public IReadOnlyList<string> WeightFolders(ModuleContext context) => Locate(context) is var path && Directory.Exists(path) ? [path] : [];

    public RefinementStep Create(RefinementBase below, ModuleContext context) => new Step(this, new Lazy<IMaskSource>(() => MaskSources.Open(Locate(context))));

    /// <exception cref="ExperimentException">No weights folder was given, or it has no such masks.</exception>
    private string Locate(ModuleContext context)
    {
        if (context.WeightsFolder is not { } folder) throw new ExperimentException($"sepl reads the masks {Masks}: say with --weights (POLE_WEIGHTS) which folder they are in");
        var path = Path.Combine(folder, Masks);
        MaskSources.Require(path);
        return path;
    }

    private sealed class Step(MaskMergingOptions options, Lazy<IMaskSource> masks) : RefinementStep
    {
        public override string Name => ((IAddsSupervision)options).Supervision;

        public override string? Remark(string image) => masks.Value.Has(image) ? null : "have no masks and keep their labels";

        protected override LabelMap Refine(RefinedImage image) => masks.Value.Of(image.Id, image.Image.Width, image.Image.Height) is { Count: > 0 } own
            ? MaskMerging.Merge(image.Labels, own, options.MaskOverlap, options.ClassOverlap) : image.Labels;
    }
}
