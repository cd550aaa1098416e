using Pole.Zoo.Clip;
using Pole.Zoo.Objective;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>
/// The CLIMS losses as a careful PyTorch programmer writes them: CLIP frozen, texts encoded once, foreground and background of every pair through CLIP in one batch. What speed is claimed against:
/// nothing that we find out later is added here.
/// </summary>
/// <param name="activationsOf">Sigmoid maps <c>[N, K, h, w]</c> of images.</param>
/// <param name="clip">Frozen.</param>
/// <param name="classTexts">The prompt of each class.</param>
internal sealed class StrongClimsLoop(Func<Tensor, Tensor> activationsOf, ClipModel clip, IReadOnlyList<string> classTexts, IReadOnlyList<string> backgroundTexts, ObjectiveOptions objective)
{
    /// <summary>Unit text embeddings <c>[K, E]</c> and <c>[B, E]</c>.</summary>
    private readonly Tensor classPrompts = Encode(clip, classTexts), backgroundPrompts = Encode(clip, backgroundTexts);

    /// <param name="images"><c>[N, 3, H, W]</c>.</param>
    /// <param name="labels"><c>[N, K]</c>.</param>
    public Tensor Loss(Tensor images, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var activations = activationsOf(images);
        var resolution = clip.ImageResolution;
        var large = nn.functional.interpolate(images, [resolution, resolution], mode: InterpolationMode.Bilinear, align_corners: true);
        var maps = nn.functional.interpolate(activations, [resolution, resolution], mode: InterpolationMode.Bilinear, align_corners: true);
        var pairs = labels.nonzero();
        var (image, present) = (pairs[TensorIndex.Colon, 0], pairs[TensorIndex.Colon, 1]);
        var (map, pixels, prompts) = (maps[image, present].unsqueeze(1), large[image], classPrompts[present]);
        var embeddings = nn.functional.normalize(clip.EncodeImage(cat([map * pixels, (1 - map) * pixels])), dim: -1).chunk(2);
        var otm = SimilarityLosses.Maximise((embeddings[0] * prompts).sum(-1));
        var btm = SimilarityLosses.Minimise((embeddings[1] * prompts).sum(-1));
        var cbs = SimilarityLosses.SuppressAbove(embeddings[0].matmul(backgroundPrompts.t()), Term<CbsOptions>().Threshold);
        return (otm * Term<OtmOptions>().Weight + btm * Term<BtmOptions>().Weight + cbs * Term<CbsOptions>().Weight + activations.mean() * Term<RegOptions>().Weight).MoveToOuterDisposeScope();
    }

    private static Tensor Encode(ClipModel clip, IReadOnlyList<string> texts)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var tokens = tensor(texts.SelectMany(clip.Tokenizer.Encode).ToArray(), [texts.Count, clip.Tokenizer.ContextLength], device: clip.parameters().First().device);
        return nn.functional.normalize(clip.EncodeText(tokens), dim: -1).MoveToOuterDisposeScope();
    }

    private TTerm Term<TTerm>() => objective.Terms.OfType<TTerm>().Single();
}
