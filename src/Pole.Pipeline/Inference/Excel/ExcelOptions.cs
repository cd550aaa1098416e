using System.ComponentModel.DataAnnotations;
using Pole.Pipeline.Inference.FrozenClip;
using Pole.Zoo.Cam;
using Pole.Zoo.Clip;

namespace Pole.Pipeline.Inference.Excel;

/// <summary>
/// ExCEL without its training (zwyang6/ExCEL, CVPR 2025): maps of texts from the patches of a frozen ViT, in whose last blocks a second path keeps what is local (<c>ClipNetwork.Calibrate</c>), less what every text finds
/// (<see cref="FeatureSurgery"/>), and a refinement along its attention. A class competes with all classes of the data set and <c>prompt.backgrounds</c>. Its text is that of its name, or what <c>prompt.learner</c> makes of it:
/// the published one is <c>description-bank</c>. The published background score (1 − max)^1 is <c>cam.threshold: 0.5</c>, the last step <c>par</c> with <c>background-power: 1</c>.
/// </summary>
[PoleModule(Method)]
public sealed record ExcelOptions : IModuleOptions<ICamSource, CamSourceBase>, ISelectsNames, ITakesDescriptions, ICrossChecked, ILooksInsideClip
{
    private const string Method = "excel";

    /// <summary>Side of the square that images are squeezed to, in pixels, rounded up to whole patches.</summary>
    [Range(16, 4096)] public int Side { get; init; } = 320;

    /// <summary>Last blocks of the image tower that have a second path.</summary>
    [Range(1, 64)] public int Blocks { get; init; } = 5;

    /// <summary>How the heads of the second path's attention become the one matrix that the values of every head are multiplied by; published: their sum.</summary>
    public HeadSum Heads { get; init; } = HeadSum.Sum;

    /// <summary>What tokens are divided by before they are compared with texts; published: the norm over the tokens.</summary>
    public TokenNorm Norm { get; init; } = TokenNorm.Tokens;

    /// <summary>Which text stands for a class of several. Left out: <c>best</c>.</summary>
    public NameUse? Names { get; init; }

    /// <summary>Refinement along the attention. Left out: none.</summary>
    public ExcelRefinementOptions? Refinement { get; init; }

    public bool SelectsNames => Names is null or NameUse.Best;

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        foreach (var conflict in FrozenClipConflicts.Find(Method, experiment, path, Names, Refinement)) yield return conflict;
        if (experiment.Clip is not { } clip || !ClipShape.Of(clip).ExposesLayers) yield break;
        var blocks = ClipShape.Of(clip).VisionBlocks;
        if (blocks is null) yield return new SpecConflict("clip", "excel compares texts with the patches of a ViT, and the image tower of this clip is a ResNet: take a ViT, such as vit-b-16 or a tiny-clip with patch-size, or clip-es or rise as the cam.source");
        if (Blocks > blocks) yield return new SpecConflict($"{path}.blocks", $"the image tower of the clip has {blocks} blocks, and {Blocks} with a second path are asked for");
    }

    /// <exception cref="ExperimentException">There is no CLIP, or it is one whose image tower is no ViT that can be looked into.</exception>
    public ICamSource Create(CamSourceBase below, ModuleContext context)
    {
        var prompts = below.Prompts ?? throw new ExperimentException(FrozenClipConflicts.NeedsClip(Method));
        return new FrozenClipCams(((ILooksInsideClip)this).MethodOf(prompts.Clip, context), Names, prompts, context);
    }

    FrozenClipMethod ILooksInsideClip.MethodOf(ClipModel judge, ModuleContext context)
    {
        var clip = FrozenClipMethod.NetworkOf(judge, Method, "with a ViT");
        if (clip.Architecture.VisionPatchSize is null) throw new ExperimentException($"excel compares texts with the patches of a ViT, and {clip.Architecture.Name} has none: take vit-b-16, or clip-es or rise as the cam.source");
        return new FrozenClipMethod(clip, image => ExcelImage.Open(clip, image, this, context.Device), AmongAllClasses: true);
    }
}
