using CsCheck;
using Pole.Data.Imaging;

namespace Pole.Data.Tests;

public sealed class ColourAdjustmentTests
{
    private static readonly RgbImage Image = new(4, 2, [250, 10, 30, 12, 200, 77, 0, 0, 0, 90, 90, 90, 255, 255, 255, 33, 120, 240, 201, 199, 3, 128, 0, 129]);

    private static readonly Dictionary<string, Func<RgbImage, double, RgbImage>> Adjustments = new()
    {
        ["brightness"] = ColourAdjustment.Brightness, ["contrast"] = ColourAdjustment.Contrast, ["saturation"] = ColourAdjustment.Saturation, ["hue"] = ColourAdjustment.Hue,
    };

    /// <summary>Numbers of Pillow 9.4.0's ImageEnhance, and of its mode HSV with torchvision's shift.</summary>
    [TestCase("brightness", 0.7, new byte[] { 175, 7, 21, 8, 140, 53, 0, 0, 0, 63, 63, 63, 178, 178, 178, 23, 84, 168, 140, 139, 2, 89, 0, 90 })]
    [TestCase("brightness", 1.3, new byte[] { 255, 13, 39, 15, 255, 100, 0, 0, 0, 116, 116, 116, 255, 255, 255, 42, 156, 255, 255, 255, 3, 166, 0, 167 })]
    [TestCase("contrast", 0.7, new byte[] { 208, 40, 54, 42, 173, 87, 33, 33, 33, 96, 96, 96, 212, 212, 212, 56, 117, 201, 174, 172, 35, 123, 33, 123 })]
    [TestCase("contrast", 1.3, new byte[] { 255, 0, 5, 0, 226, 66, 0, 0, 0, 83, 83, 83, 255, 255, 255, 9, 122, 255, 227, 225, 0, 132, 0, 134 })]
    [TestCase("saturation", 0.7, new byte[] { 200, 32, 46, 47, 179, 92, 0, 0, 0, 90, 90, 90, 255, 255, 255, 55, 116, 200, 193, 192, 55, 105, 15, 106 })]
    [TestCase("saturation", 1.3, new byte[] { 255, 0, 13, 0, 221, 61, 0, 0, 0, 90, 90, 90, 255, 255, 255, 10, 123, 255, 208, 205, 0, 150, 0, 151 })]
    [TestCase("hue", -0.1, new byte[] { 250, 11, 174, 61, 200, 13, 0, 0, 0, 90, 90, 90, 255, 255, 255, 34, 240, 238, 201, 82, 3, 52, 0, 129 })]
    [TestCase("hue", 0.1, new byte[] { 250, 123, 11, 13, 200, 185, 0, 0, 0, 90, 90, 90, 255, 255, 255, 68, 34, 240, 87, 201, 3, 129, 0, 55 })]
    [TestCase("hue", 0.37, new byte[] { 11, 250, 33, 114, 13, 200, 0, 0, 0, 90, 90, 90, 255, 255, 255, 240, 34, 78, 3, 161, 201, 106, 129, 0 })]
    public void Colours_are_those_of_Pillow(string adjustment, double factor, byte[] expected) => Assert.That(Adjustments[adjustment](Image, factor).Pixels, Is.EqualTo(expected));

    [TestCase("brightness")]
    [TestCase("contrast")]
    [TestCase("saturation")]
    public void A_factor_of_one_changes_nothing(string adjustment) => Pixels.Sample(pixels => Adjustments[adjustment](new RgbImage(4, 2, pixels), 1).Pixels.SequenceEqual(pixels));

    [TestCase("saturation")]
    [TestCase("hue")]
    public void Grey_stays_grey(string adjustment) => Gen.Select(Gen.Byte.Array[8], Gen.Double[-0.5, 0.5]).Sample((greys, factor) =>
    {
        byte[] pixels = [.. greys.SelectMany(grey => new[] { grey, grey, grey })];
        return Adjustments[adjustment](new RgbImage(4, 2, pixels), factor).Pixels.SequenceEqual(pixels);
    });

    [Test]
    public void A_contrast_of_zero_is_the_mean_grey() => Assert.That(ColourAdjustment.Contrast(Image, 0).Pixels.Distinct().ToList(), Has.Count.EqualTo(1));

    [Test]
    public void The_given_image_keeps_its_pixels() => Pixels.Sample(pixels =>
    {
        byte[] before = [.. pixels];
        foreach (var adjust in Adjustments.Values) adjust(new RgbImage(4, 2, pixels), 0.3);
        return before.SequenceEqual(pixels);
    });

    private static Gen<byte[]> Pixels => Gen.Byte.Array[24];
}
