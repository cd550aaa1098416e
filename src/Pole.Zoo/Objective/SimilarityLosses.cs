using static TorchSharp.torch;

namespace Pole.Zoo.Objective;

/// <summary>Losses on cosine similarities (CVI-SZU/CLIMS, clip_loss.py).</summary>
public static class SimilarityLosses
{
    private const double Least = 1e-4;
    private const double Most = 0.9999;

    /// <summary>SimMaxLoss: −mean(log(clamp(s) + margin) · weight). Zero gradient outside the clamp, not at its bounds.</summary>
    /// <param name="similarities">Any shape.</param>
    /// <param name="weights">Null for 1, or a tensor that broadcasts.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Maximise(Tensor similarities, Tensor? weights = null, double margin = 0)
    {
        using var scope = NewDisposeScope();
        return NegativeMean(similarities.clamp(Least, Most) + margin, weights).MoveToOuterDisposeScope();
    }

    /// <summary>SimMinLoss: −mean(log(1 − clamp(s) + margin) · weight).</summary>
    /// <param name="similarities">Any shape.</param>
    /// <param name="weights">Null for 1, or a tensor that broadcasts.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Minimise(Tensor similarities, Tensor? weights = null, double margin = 0)
    {
        using var scope = NewDisposeScope();
        return NegativeMean(1 - similarities.clamp(Least, Most) + margin, weights).MoveToOuterDisposeScope();
    }

    /// <summary>BackgroundSuppressionLoss: −Σ log(1 − s) over the s above the threshold. A sum; the mask has no gradient and nothing is clamped.</summary>
    /// <param name="similarities">Foreground against background prompts, any shape.</param>
    /// <returns>A scalar.</returns>
    public static Tensor SuppressAbove(Tensor similarities, double threshold)
    {
        using var scope = NewDisposeScope();
        var mask = similarities.detach() > threshold;
        return (-(1 - similarities).log().where(mask, zeros_like(similarities)).sum()).MoveToOuterDisposeScope();
    }

    private static Tensor NegativeMean(Tensor likelihoods, Tensor? weights)
    {
        var logarithms = likelihoods.log();
        return -(weights is null ? logarithms : logarithms * weights).mean();
    }
}
