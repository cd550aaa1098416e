using System.ComponentModel.DataAnnotations;
using Pole.Pipeline.Inference.ClipEs;
using Pole.Pipeline.Inference.FrozenClip;
using Pole.Zoo.Clip;
using Pole.Zoo.Segmentation.WeClip;

namespace Pole.Pipeline.Inference.WeClip;

/// <summary>
/// WeCLIP (Zhang et al., "Frozen CLIP: A Strong Backbone for Weakly Supervised Semantic Segmentation", CVPR 2024; zbf1991/WeCLIP): a light decoder on the features of the experiment's frozen CLIP, which has a ViT, with an affinity of patches
/// that is learnt beside it. With <c>masks: online</c> it makes the masks that it learns from itself, batch by batch; the defaults are those published for VOC.
/// </summary>
[PoleModule("weclip")]
public sealed record WeClipOptions : IModuleOptions<SegmentationNetwork, SegmentationBase>, IStandsOnClip, IMakesMasks, ICrossChecked
{
    private const string NeedsClip = "weclip stands on the image tower of a CLIP: give clip and prompt";

    /// <summary>Blocks before the last whose outputs are features, counted from the last of them. Left out: all, which are 11 of ViT-B.</summary>
    [Range(1, 63)] public int? FeatureMaps { get; init; }

    /// <summary>Channels of the decoder.</summary>
    [Range(8, 2048)] public int Width { get; init; } = 256;

    /// <summary>Transformer layers of the decoder.</summary>
    [Range(1, 24)] public int Layers { get; init; } = 3;

    /// <summary>Heads of each layer; the width is a multiple of them.</summary>
    [Range(1, 64)] public int Heads { get; init; } = 8;

    /// <summary>Share of the decoder's input channels that are dropped in training.</summary>
    [Range(0.0, 0.9)] public double Dropout { get; init; } = 0.1;

    /// <summary>Weight of the affinity's loss beside the cross entropy.</summary>
    [Range(0.0, 100.0)] public double AffinityWeight { get; init; } = 0.1;

    /// <summary>Rows and columns of patches that a pair is apart at most in the affinity's loss.</summary>
    [Range(1, 256)] public int AffinityRadius { get; init; } = 8;

    /// <summary>Scales whose logits are averaged at test time: 1 and 0.75 as published.</summary>
    [Length(1, 8), Range(0.01, 16.0)] public IReadOnlyList<double> Scales { get; init; } = [1.0];

    /// <summary>Whether the logits of the mirror image are averaged too at test time, as published. Left out: they are not.</summary>
    public bool? Mirrored { get; init; }

    /// <summary>How masks are made with <c>masks: online</c>. Left out: as published.</summary>
    public OnlineMaskOptions? Online { get; init; }

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        if (Width % Heads != 0) yield return new SpecConflict($"{path}.heads", $"a width of {Width} cannot be divided into {Heads} heads: give a multiple of {Heads} as width");
        if (experiment is not { Clip: { } clip, Prompt: { } prompt, Segmentation: { } segmentation })
        {
            yield return new SpecConflict(path, NeedsClip);
            yield break;
        }

        if (ClipShape.Of(clip).Vit is not { } vit)
        {
            yield return new SpecConflict(path, "weclip stands on the ViT image tower of a CLIP as OpenAI made it, and this clip has none: take a ViT, such as vit-b-16 or a tiny-clip with patch-size, or a deeplab with segmentation.backbone");
            yield break;
        }

        if ((FeatureMaps ?? 1) > vit.Blocks - 1) yield return new SpecConflict($"{path}.feature-maps", $"the image tower of the clip has {vit.Blocks} blocks, of which {vit.Blocks - 1} before the last give features, and {FeatureMaps ?? 1} are asked for");
        if (segmentation.Training.Crop % vit.PatchSize != 0) yield return new SpecConflict("segmentation.training.crop", $"a crop of {segmentation.Training.Crop} pixels is no whole number of the clip's patches of {vit.PatchSize}: take {(segmentation.Training.Crop + vit.PatchSize - 1) / vit.PatchSize * vit.PatchSize}");
        if (segmentation.Masks != MaskSource.Online)
        {
            if (Online is not null) yield return new SpecConflict($"{path}.online", "it has no effect unless segmentation.masks is online: remove it, or set segmentation.masks: online");
            yield break;
        }

        var masks = Online ?? new OnlineMaskOptions();
        var refinement = masks.Refinement ?? new AttentionRefinementOptions();
        if (refinement.Blocks > vit.Blocks) yield return new SpecConflict(Online?.Refinement is null ? path : $"{path}.online.refinement.blocks", TooFew(vit, refinement.Blocks, "online.refinement.blocks"));
        if (masks.LearntFrom < 1 && masks.LearntBlocks > vit.Blocks) yield return new SpecConflict(Online is null ? path : $"{path}.online.learnt-blocks", TooFew(vit, masks.LearntBlocks, "online.learnt-blocks"));
        if (prompt.Learner is not null) yield return new SpecConflict("prompt.learner", "masks that are made online ask the clip for the first name of each class, in the template: leave learner out, with ~ where a base gives it, or take segmentation.masks: pseudo, whose CAMs can have it");
        if (prompt.Backgrounds.Count == 0) yield return new SpecConflict("prompt.backgrounds", "where an image has one class, its probability among the image's classes and prompt.backgrounds, which is empty, is 1 whatever the image: give prompt.backgrounds");
    }

    /// <exception cref="ExperimentException">There is no CLIP, or its image tower is no ViT.</exception>
    public SegmentationNetwork Create(SegmentationBase below, ModuleContext context)
    {
        var tower = below is { Clip: { } open } ? ClipTower.Of(open()) : below.ClipShape is { Vit: { } vit, EmbeddingSize: var embedding } ? new ClipTower(vit, embedding) : throw new ExperimentException(NeedsClip);
        var shape = new WeClipShape { Labels = below.Labels, FeatureMaps = FeatureMaps ?? tower.Shape.Blocks - 1, Width = Width, Layers = Layers, Heads = Heads, Dropout = Dropout };
        return new WeClipNetwork(tower, shape, Scales, Mirrored ?? false)
        {
            AffinityWeight = AffinityWeight,
            AffinityRadius = AffinityRadius,
            Masks = below.Prompts is { } prompts ? new OnlineMasks(Online ?? new OnlineMaskOptions(), prompts, tower.Shape.Normalisation, context) : null,
        };
    }

    private static string TooFew(VitShape vit, int blocks, string key) => $"the image tower of the clip has {vit.Blocks} blocks, and the attentions of {blocks} are asked for: give {key}";
}
