namespace Pole.Pipeline.Refinement;

/// <summary>Labels from masks of scores.</summary>
internal static class MaskLabels
{
    /// <summary>The strongest mask at each pixel; the first where several are.</summary>
    /// <param name="masks">Masks × pixels.</param>
    public static byte[] Strongest(ReadOnlySpan<float> masks, int count)
    {
        var strongest = new byte[masks.Length / count];
        var best = masks[..strongest.Length].ToArray();
        for (var mask = 1; mask < count; mask++)
        for (var pixel = 0; pixel < strongest.Length; pixel++)
            if (masks[mask * strongest.Length + pixel] is var score && score > best[pixel]) (best[pixel], strongest[pixel]) = (score, (byte)mask);
        return strongest;
    }
}
