using Pole.Pipeline.Inference.FrozenClip;

namespace Pole.Pipeline.Inference.ClipEs;

/// <summary>
/// CLIP-ES (Lin et al., "CLIP is Also an Efficient Segmenter", CVPR 2023; linyq2117/CLIP-ES): Grad-CAM of a class's probability in a frozen CLIP, and a refinement along its own attention; nothing is trained. A ViT is looked at in its
/// last block, a ResNet before its attention pooling. A class's probability is softmax(CLIP's own factor · cosine) among the image's classes and <c>prompt.backgrounds</c>. The published background score (1 − max)^1 is <c>cam.threshold: 0.5</c>.
/// </summary>
[PoleModule(Method)]
public sealed record ClipEsOptions : IModuleOptions<ICamSource, CamSourceBase>, ISelectsNames, ITakesDescriptions, ICrossChecked, ILooksInsideClip
{
    private const string Method = "clip-es";

    /// <summary>Which text stands for a class of several names. Left out: <c>best</c>.</summary>
    public NameUse? Names { get; init; }

    /// <summary>Refinement along the attention of a ViT. Left out: none.</summary>
    public AttentionRefinementOptions? Refinement { get; init; }

    public bool SelectsNames => Names is null or NameUse.Best;

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        foreach (var conflict in FrozenClipConflicts.Find(Method, experiment, path, Names, Refinement)) yield return conflict;
        if (experiment is not { Clip: { } clip, Prompt: { } prompt }) yield break;
        if (prompt.Backgrounds.Count == 0) yield return new SpecConflict(path, "where an image has one class, its probability among the image's classes and prompt.backgrounds, which is empty, is 1 whatever the image: give prompt.backgrounds");
        if (Refinement is not null && ClipShape.Of(clip).VisionBlocks is null)
            yield return new SpecConflict($"{path}.refinement", "the image tower of the clip is no ViT, so it has no attention between patches to go along: take a ViT, such as vit-b-16 or a tiny-clip with patch-size, or leave refinement out, with ~ where a base gives it");
    }

    /// <exception cref="ExperimentException">There is no CLIP, or it is one whose image tower cannot be looked into.</exception>
    public ICamSource Create(CamSourceBase below, ModuleContext context)
    {
        var prompts = below.Prompts ?? throw new ExperimentException(FrozenClipConflicts.NeedsClip(Method));
        return new FrozenClipCams(((ILooksInsideClip)this).MethodOf(prompts.Clip, context), Names, prompts, context);
    }

    FrozenClipMethod ILooksInsideClip.MethodOf(ClipModel judge, ModuleContext context)
    {
        var clip = ClipEsImage.NetworkOf(judge);
        return new FrozenClipMethod(clip, image => ClipEsImage.Open(clip, image, Refinement, context.Device), AmongAllClasses: false);
    }
}
