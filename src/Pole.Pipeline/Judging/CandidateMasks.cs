using static TorchSharp.torch;

namespace Pole.Pipeline.Judging;

/// <summary>Masks of a class in an image that a training could end with, the true one among them.</summary>
internal static class CandidateMasks
{
    public const string True = "true mask", Whole = "whole image";

    /// <summary>Shares of the longer side by which masks grow and shrink.</summary>
    private const double Little = 0.04, Much = 0.12;

    /// <summary>Names of those that <see cref="Of"/> gives, in its order.</summary>
    public static IReadOnlyList<string> Names { get; } = [True, "shrunk by 4 %", "grown by 4 %", "grown by 12 %", "bounding box", "all objects", "other objects", "everything but the object", Whole, "nothing"];

    /// <param name="labels">With the class in it.</param>
    /// <param name="present">0-based.</param>
    /// <returns><c>[H, W]</c> each, 0 or 1.</returns>
    public static IReadOnlyList<Tensor> Of(LabelMap labels, int present, Device device)
    {
        using var scope = NewDisposeScope();
        var (mask, objects) = (MaskOf(labels, label => label == present + 1, device), MaskOf(labels, label => label is not (0 or LabelMap.Ignored), device));
        var side = Math.Max(labels.Width, labels.Height);
        var (little, much) = (Math.Max(1, (int)Math.Round(Little * side)), Math.Max(2, (int)Math.Round(Much * side)));
        return [.. new[] { mask, 1 - Grown(1 - mask, little), Grown(mask, little), Grown(mask, much), Box(mask), objects, objects - mask, 1 - mask, ones_like(mask), zeros_like(mask) }.Select(candidate => candidate.MoveToOuterDisposeScope())];
    }

    /// <returns><c>[H, W]</c>, 1 where a label is wanted.</returns>
    public static Tensor MaskOf(LabelMap labels, Func<byte, bool> wanted, Device device) =>
        tensor(labels.Labels.Select(label => wanted(label) ? 1f : 0f).ToArray(), [labels.Height, labels.Width], device: device);

    private static Tensor Grown(Tensor mask, int radius) => nn.functional.max_pool2d(mask.unsqueeze(0).unsqueeze(0), 2 * radius + 1, stride: 1, padding: radius)[0, 0];

    private static Tensor Box(Tensor mask)
    {
        var (rows, columns) = (mask.amax([1L]), mask.amax([0L]));
        return Filled(rows).unsqueeze(1) * Filled(columns).unsqueeze(0);
    }

    /// <summary>1 from the first to the last place that is 1.</summary>
    private static Tensor Filled(Tensor line) => line.cummax(0).values * line.flip(0).cummax(0).values.flip(0);
}
