using CsCheck;
using Pole.Data.Masks;

namespace Pole.Data.Tests;

public sealed class BinaryMaskTests
{
    private const int Width = 13, Height = 11;

    private static readonly Gen<bool[]> Pixels = Gen.Bool.Array[Width * Height];

    [Test]
    public void Masks_are_sets_of_pixels() => Gen.Select(Pixels, Pixels).Sample((one, other) =>
    {
        var (union, difference) = (Mask(one), Mask(one));
        union.Add(Mask(other));
        difference.Remove(Mask(other));
        var painted = new byte[Width * Height];
        Mask(one).Paint(painted, 7);

        return Mask(one).Area == one.Count(inside => inside) && Mask(one).Overlap(Mask(other)) == one.Zip(other).Count(pixel => pixel.First && pixel.Second)
            && Inside(union).SequenceEqual(one.Zip(other, (left, right) => left || right)) && Inside(difference).SequenceEqual(one.Zip(other, (left, right) => left && !right)) && painted.SequenceEqual(one.Select(inside => inside ? (byte)7 : (byte)0));
    }, iter: 200);

    private static BinaryMask Mask(bool[] pixels) => BinaryMask.Of(new LabelMap(Width, Height, [.. pixels.Select(inside => inside ? (byte)3 : (byte)0)]), 3);

    private static IEnumerable<bool> Inside(BinaryMask mask) => Enumerable.Range(0, Width * Height).Select(mask.Contains);
}
