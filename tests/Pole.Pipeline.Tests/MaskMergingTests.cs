using CsCheck;
using Pole.Data.Masks;
using Pole.Pipeline.Refinement;

namespace Pole.Pipeline.Tests;

/// <summary>Pseudo-masks and class-agnostic masks as rows of pixels: digits are labels, 9 is ignored; <c>#</c> is inside.</summary>
public sealed class MaskMergingTests
{
    private const double MaskOverlap = 0.5, ClassOverlap = 0.85;

    [TestCase("0011100000", "..####....", "0011110000", TestName = "A mask of which more than half has the class becomes the class")]
    [TestCase("1111000000", "..####....", "1100000000", TestName = "A mask of which half has the class does not, and what it visited is not the class's any more")]
    [TestCase("0011100000", ".########.", "0111111110", TestName = "A mask that has the whole class becomes the class")]
    [TestCase("0111111000", "....##....", "0111111000", TestName = "Where no mask is, the labels stay")]
    [TestCase("0011190000", ".......###", "0011100000", TestName = "Ignored pixels become background")]
    [TestCase("1112200000", "#####.....", "1112200000", TestName = "A mask that a class took is gone for later classes, which would have had it")]
    public void One_mask(string labels, string mask, string expected) => Assert.That(Merge(labels, mask), Is.EqualTo(expected));

    [Test]
    public void Later_classes_overwrite_earlier_ones() => Assert.That(Merge("1111222200", "######....", "....####.."), Is.EqualTo("1111222200"));

    [Test]
    public void Masks_may_overlap_each_other() => Assert.That(Merge("0111110000", ".###......", "..#####..."), Is.EqualTo("0111111000"));

    [Test]
    public void It_is_the_published_algorithm() =>
        Gen.Select(Gen.Int[0, 3].Array[40], Gen.Select(Gen.Int[0, 39], Gen.Int[1, 25]).Array[0, 8]).Sample((labels, spans) =>
        {
            var masks = spans.Select(span => Enumerable.Range(0, 40).Select(pixel => pixel >= span.Item1 && pixel < span.Item1 + span.Item2).ToArray()).ToList();
            var map = new LabelMap(40, 1, [.. labels.Select(label => (byte)label)]);

            return MaskMerging.Merge(map, [.. masks.Select(Mask)], MaskOverlap, ClassOverlap).Labels.SequenceEqual(Published(map.Labels, masks));
        }, iter: 500);

    /// <summary>Section by section as it is described, on arrays of pixels.</summary>
    private static byte[] Published(byte[] labels, List<bool[]> masks)
    {
        var merged = new byte[labels.Length];
        var seen = new HashSet<bool[]>();
        for (byte label = 1; label < 21; label++)
        {
            if (!labels.Contains(label)) continue;
            var (union, own) = (new bool[labels.Length], new List<bool[]>());
            foreach (var mask in masks.Where(mask => !seen.Contains(mask)).ToList())
            {
                for (var pixel = 0; pixel < mask.Length; pixel++) union[pixel] |= mask[pixel];
                var overlap = mask.Where((inside, pixel) => inside && labels[pixel] == label).Count();
                if (2 * overlap - mask.Count(inside => inside) <= 0 && (double)overlap / labels.Count(other => other == label) < 0.85) continue;
                own.Add(mask);
                seen.Add(mask);
            }

            own.Add([.. labels.Select((other, pixel) => other == label && !union[pixel])]);
            for (var pixel = 0; pixel < labels.Length; pixel++)
                if (own.Any(mask => mask[pixel])) merged[pixel] = label;
        }

        return merged;
    }

    private static string Merge(string labels, params string[] masks)
    {
        var map = new LabelMap(labels.Length, 1, [.. labels.Select(pixel => pixel == '9' ? LabelMap.Ignored : (byte)(pixel - '0'))]);
        return string.Concat(MaskMerging.Merge(map, [.. masks.Select(mask => Mask([.. mask.Select(pixel => pixel == '#')]))], MaskOverlap, ClassOverlap).Labels);
    }

    private static BinaryMask Mask(bool[] pixels) => BinaryMask.Of(new LabelMap(pixels.Length, 1, [.. pixels.Select(inside => inside ? (byte)1 : (byte)0)]), 1);
}
