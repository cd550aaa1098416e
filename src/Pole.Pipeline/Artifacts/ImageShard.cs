using System.Globalization;

namespace Pole.Pipeline.Artifacts;

/// <summary>One of several runs that share the images of a stage: every <paramref name="Count"/>th block is its own.</summary>
/// <param name="Index">0 … Count − 1.</param>
public sealed record ImageShard(int Index, int Count)
{
    /// <summary>Reads <c>2/8</c>, the second of eight.</summary>
    /// <returns>Null where it is not of this form.</returns>
    public static ImageShard? Parse(string text) =>
        text.Split('/') is [var number, var count] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var one) && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var all) && one >= 1 && one <= all
            ? new ImageShard(one - 1, all) : null;

    /// <summary>The number of shards beyond which some have no images.</summary>
    public static int MostOf(int images) => ImageBlocks.CountOf(images);

    public bool Owns(int block) => block % Count == Index;

    public override string ToString() => $"{Index + 1}/{Count}";
}
