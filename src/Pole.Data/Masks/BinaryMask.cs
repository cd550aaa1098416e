using System.Numerics;

namespace Pole.Data.Masks;

/// <summary>Pixels of an image that are inside, a bit each, rows from the top.</summary>
public sealed class BinaryMask(int width, int height)
{
    private const int Bits = 64;

    private readonly ulong[] words = new ulong[(width * height + Bits - 1) / Bits];

    public int Width => width;

    public int Height => height;

    /// <summary>Number of pixels inside.</summary>
    public int Area => words.Sum(BitOperations.PopCount);

    /// <summary>The pixels that have a label.</summary>
    public static BinaryMask Of(LabelMap map, byte label)
    {
        var mask = new BinaryMask(map.Width, map.Height);
        for (var pixel = 0; pixel < map.Labels.Length; pixel++)
            if (map.Labels[pixel] == label) mask.Add(pixel);
        return mask;
    }

    /// <param name="pixel">Row × width + column.</param>
    public void Add(int pixel) => words[pixel / Bits] |= 1UL << pixel;

    /// <inheritdoc cref="Add(int)"/>
    public bool Contains(int pixel) => (words[pixel / Bits] >> pixel & 1) != 0;

    /// <summary>Adds the pixels of a mask of the same size.</summary>
    public void Add(BinaryMask other)
    {
        for (var word = 0; word < words.Length; word++) words[word] |= other.words[word];
    }

    /// <summary>Takes the pixels of a mask of the same size away.</summary>
    public void Remove(BinaryMask other)
    {
        for (var word = 0; word < words.Length; word++) words[word] &= ~other.words[word];
    }

    /// <summary>Number of pixels inside both of two masks of the same size.</summary>
    public int Overlap(BinaryMask other)
    {
        var pixels = 0;
        for (var word = 0; word < words.Length; word++) pixels += BitOperations.PopCount(words[word] & other.words[word]);
        return pixels;
    }

    /// <summary>Gives the pixels inside a label.</summary>
    /// <param name="labels">Of the same size.</param>
    public void Paint(Span<byte> labels, byte label)
    {
        for (var word = 0; word < words.Length; word++)
        for (var rest = words[word]; rest != 0; rest &= rest - 1) labels[word * Bits + BitOperations.TrailingZeroCount(rest)] = label;
    }
}
