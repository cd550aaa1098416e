namespace Pole.Pipeline.Inference.FrozenClip;

/// <summary>What every method that looks into a frozen CLIP asks of its experiment.</summary>
internal static class FrozenClipConflicts
{
    /// <param name="method">Name of the module.</param>
    /// <param name="path">Of the source.</param>
    /// <param name="names">Of several texts of a class; null for the best of them.</param>
    /// <param name="refinement">Null for none.</param>
    public static IEnumerable<SpecConflict> Find(string method, Experiment experiment, string path, NameUse? names, AttentionRefinementOptions? refinement)
    {
        if (experiment is not { Clip: { } clip, Prompt: { } prompt })
        {
            yield return new SpecConflict(path, NeedsClip(method));
            yield break;
        }

        if (!ClipShape.Of(clip).ExposesLayers) yield return new SpecConflict("clip", $"{method} looks into the image tower of a CLIP as OpenAI made it, and this one stands on a backbone: take vit-b-16, or rise as the cam.source, which asks any clip");
        if (names is not null && !prompt.HasChoice) yield return new SpecConflict($"{path}.names", "there is one text a class, so there is nothing to choose or to average: raise prompt.synonyms, or give prompt.learner: best-description, or leave names out");
        if (names == NameUse.Oracle && (experiment.Refinement is not null || experiment.Segmentation is not null))
            yield return new SpecConflict($"{path}.names", "the oracle reads the ground truth, so its CAMs are a bound to measure and nothing to train on: leave refinement and segmentation out, or take other names");
        if (ClipShape.Of(clip).VisionBlocks is { } blocks && refinement?.Blocks > blocks) yield return new SpecConflict($"{path}.refinement.blocks", $"the image tower of the clip has {blocks} blocks, and the attentions of {refinement.Blocks} are asked for");
    }

    public static string NeedsClip(string method) => $"{method} looks into a CLIP: give clip and prompt";
}
