using Pole.Pipeline.Inference.ClipEs;
using Pole.Pipeline.Inference.FrozenClip;
using Pole.Zoo.Clip;
using Pole.Zoo.Prompts;
using static TorchSharp.torch;

namespace Pole.Pipeline.Trying;

/// <summary>Of each prompt a map from the frozen CLIP (<see cref="ClipEsOptions"/>), as if the prompt's were the only class of the image: it competes with the backgrounds alone.</summary>
internal sealed class PromptMaps : ITrialMaps
{
    private readonly ClipNetwork clip;
    private readonly AttentionRefinementOptions? refinement;
    private readonly Tensor backgrounds;
    private readonly Device device;

    /// <param name="judge">Not owned.</param>
    public PromptMaps(ClipModel judge, ClipEsOptions options, PromptOptions prompt, Device device)
    {
        (clip, refinement, this.device) = (ClipEsImage.NetworkOf(judge), options.Refinement, device);
        backgrounds = Normalised(prompt.Template, prompt.Backgrounds).DetachFromDisposeScope();
    }

    public TrialMaps Of(RgbImage image, TrialQuestion question)
    {
        using var scope = NewDisposeScope();
        using var seen = ClipEsImage.Open(clip, image, refinement, device);
        var prompts = Normalised("{}", [.. question.Texts.Select(text => text.MapText)]);
        var texts = stack([.. prompts.unbind(0).Select(one => cat([one.unsqueeze(0), backgrounds], 0))], 0);
        var probabilities = seen.Probabilities(texts)[TensorIndex.Colon, 0].ToFloats();
        var maps = FrozenClipMethod.Enlarged(seen.Maps(texts, [.. question.Texts.Select(_ => 0)]), image.Height, image.Width);
        return new TrialMaps(maps.MoveToOuterDisposeScope(), [.. probabilities.Select(value => (double)value)]);
    }

    public void Dispose() => backgrounds.Dispose();

    private Tensor Normalised(string template, IReadOnlyList<string> names)
    {
        using var scope = NewDisposeScope();
        return CosineSimilarity.Unit(PromptEncoder.Encode(clip, template, names, device)).MoveToOuterDisposeScope();
    }
}
