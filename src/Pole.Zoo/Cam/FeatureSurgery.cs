using Pole.Zoo.Clip;
using static TorchSharp.torch;

namespace Pole.Zoo.Cam;

/// <summary>
/// Maps of texts from the tokens of an image (Li et al., "CLIP Surgery", 2023; as ExCEL has it, zwyang6/ExCEL, CVPR 2025). With f a token and t a text, w = p / mean p for p = softmax(2 · class token · t) over all texts, the map is
/// Σ over channels of w·f⊙t less its mean over the texts: what every text finds in a token is redundant.
/// </summary>
public static class FeatureSurgery
{
    private const double Temperature = 2, LeastRange = 1e-30;

    /// <param name="image">With the class token, which competes for the minimum and the maximum of a map and is then dropped.</param>
    /// <param name="texts">What each map's class competes among: normalised embeddings <c>[maps, texts, D]</c>.</param>
    /// <param name="targets">Of each map, the place of its class among its texts.</param>
    /// <returns><c>[maps, Rows, Columns]</c>, 0…1; 0 for a map of one value.</returns>
    public static Tensor Maps(CalibratedTokens image, Tensor texts, IReadOnlyList<int> targets, TokenNorm norm)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var tokens = Normalised(image, norm);
        var probabilities = Of(tokens, texts);
        var weighted = texts * (probabilities / probabilities.mean([-1L], keepdim: true)).unsqueeze(-1);
        var places = tensor(targets.Select(target => (long)target).ToArray(), device: texts.device).view(-1, 1, 1).expand(-1, 1, texts.shape[2]);
        // Sums over channels go before the mean over the texts: texts × tokens × channels are never made.
        var directions = weighted.gather(1, places).squeeze(1) - weighted.mean([1L]);
        var maps = directions.matmul(tokens.t());
        var shifted = maps - maps.amin([1L], keepdim: true);
        return (shifted / shifted.amax([1L], keepdim: true).clamp_min(LeastRange))[TensorIndex.Colon, TensorIndex.Slice(1)].reshape(targets.Count, image.Rows, image.Columns).MoveToOuterDisposeScope();
    }

    /// <summary>p.</summary>
    /// <inheritdoc cref="Maps"/>
    /// <param name="texts">Normalised embeddings, <c>[sets, texts, D]</c>.</param>
    /// <returns><c>[sets, texts]</c>; each row adds up to 1.</returns>
    public static Tensor Probabilities(CalibratedTokens image, Tensor texts, TokenNorm norm)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return Of(Normalised(image, norm), texts).MoveToOuterDisposeScope();
    }

    private static Tensor Normalised(CalibratedTokens image, TokenNorm norm) => image.Tokens / image.Tokens.norm(norm == TokenNorm.Tokens ? 0 : 1, true, 2);

    private static Tensor Of(Tensor tokens, Tensor texts) => (texts.matmul(tokens[0]) * Temperature).softmax(-1);
}
