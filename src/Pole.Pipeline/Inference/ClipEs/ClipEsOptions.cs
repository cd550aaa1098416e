namespace Pole.Pipeline.Inference.ClipEs;

/// <summary>
/// CLIP-ES (Lin et al., "CLIP is Also an Efficient Segmenter", CVPR 2023; linyq2117/CLIP-ES): Grad-CAM of a class's probability in a frozen CLIP, and a refinement along its own attention; nothing is trained. A ViT is looked at in its
/// last block, a ResNet before its attention pooling. A class's probability is softmax(CLIP's own factor · cosine) among the image's classes and <c>prompt.backgrounds</c>. The published background score (1 − max)^1 is <c>cam.threshold: 0.5</c>.
/// </summary>
[PoleModule("clip-es")]
public sealed record ClipEsOptions : IModuleOptions<ICamSource, CamSourceBase>, ISelectsNames, ICrossChecked
{
    private const string NeedsClip = "clip-es looks into a CLIP: give clip and prompt";

    /// <summary>Which text stands for a class of several names. Left out: <c>best</c>.</summary>
    public ClipEsNames? Names { get; init; }

    /// <summary>Refinement along the attention of a ViT. Left out: none.</summary>
    public AttentionRefinementOptions? Refinement { get; init; }

    public bool SelectsNames => Names is null or ClipEsNames.Best;

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        if (experiment is not { Clip: { } clip, Prompt: { } prompt })
        {
            yield return new SpecConflict(path, NeedsClip);
            yield break;
        }

        if (!ClipShape.Of(clip).ExposesLayers) yield return new SpecConflict("clip", "clip-es looks into the image tower of a CLIP as OpenAI made it, and this one stands on a backbone: take vit-b-16, or rise as the cam.source, which asks any clip");
        if (prompt.Backgrounds.Count == 0) yield return new SpecConflict(path, "where an image has one class, its probability among the image's classes and prompt.backgrounds, which is empty, is 1 whatever the image: give prompt.backgrounds");
        if (Names is { } names && !prompt.HasChoice) yield return new SpecConflict($"{path}.names", "there is one name a class, so there is nothing to choose or to average: raise prompt.synonyms, or leave names out");
        if (Names == ClipEsNames.Oracle && (experiment.Refinement is not null || experiment.Segmentation is not null))
            yield return new SpecConflict($"{path}.names", "the oracle reads the ground truth, so its CAMs are a bound to measure and nothing to train on: leave refinement and segmentation out, or take other names");
        if (Refinement is null) yield break;
        var blocks = ClipShape.Of(clip).VisionBlocks;
        if (blocks is null) yield return new SpecConflict($"{path}.refinement", "the image tower of the clip is no ViT, so it has no attention between patches to go along: take a ViT, such as vit-b-16 or a tiny-clip with patch-size, or leave refinement out, with ~ where a base gives it");
        if (Refinement.Blocks > blocks) yield return new SpecConflict($"{path}.refinement.blocks", $"the image tower of the clip has {blocks} blocks, and the attentions of {Refinement.Blocks} are asked for");
    }

    /// <exception cref="ExperimentException">There is no CLIP, or it is one whose image tower cannot be looked into.</exception>
    public ICamSource Create(CamSourceBase below, ModuleContext context) => new ClipEsCams(this, below.Prompts ?? throw new ExperimentException(NeedsClip), context.Device);
}
