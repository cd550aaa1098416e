using CsCheck;
using Pole.Data.Imaging;

namespace Pole.Data.Tests;

public sealed class OpenCvBilinearTests
{
    private static readonly RgbImage Image = new(4, 3, [.. Enumerable.Range(0, 36).Select(index => (byte)(index / 12 * 50 + index / 3 % 4 * 90 + index % 3 * 37))]);

    /// <summary>Numbers of cv2.resize(…, interpolation=cv2.INTER_LINEAR) of OpenCV 4.6.0 on float32.</summary>
    [TestCase(3, 2, new[] { 27.5f, 147.5f, 54.16667938232422f, 102.5f, 126.5f, 97.16666412353516f })]
    [TestCase(2, 1, new[] { 95f, 147f })]
    [TestCase(7, 5, new[]
    {
        0f, 32.14285659790039f, 83.57142639160156f, 135f, 168.1428680419922f, 73.28572845458984f, 14f, 20f, 52.142860412597656f, 103.57142639160156f, 155f, 188.14288330078125f, 93.28573608398438f, 34f,
        50f, 82.14285278320312f, 133.57142639160156f, 185f, 218.1428680419922f, 123.28572845458984f, 64f, 80f, 112.14285278320312f, 163.57142639160156f, 138.1999969482422f, 105.5142822265625f, 98.42857360839844f,
        94f, 100f, 132.14285278320312f, 183.57142639160156f, 107f, 30.42856788635254f, 81.85713195800781f, 114f,
    })]
    public void Pixels_are_those_of_OpenCV(int width, int height, float[] red) =>
        Assert.That(Read(new OpenCvBilinear(Image, width, height)).Where((_, index) => index % 3 == 0), Is.EqualTo(red).Within(1e-4f));

    [Test]
    public void An_image_of_the_same_size_keeps_its_pixels() => Assert.That(Read(new OpenCvBilinear(Image, 4, 3)), Is.EqualTo(Image.Pixels.Select(value => (float)value)));

    [Test]
    public void A_part_of_a_row_is_that_part_of_the_whole_row() => Gen.Select(Gen.Int[1, 12], Gen.Int[1, 12], Gen.Int[0, 11]).Sample((width, height, from) =>
    {
        var resized = new OpenCvBilinear(Image, width, height);
        var part = new float[3 * Math.Max(0, width - from)];
        if (part.Length > 0) resized.Read(height - 1, from, part);

        return Read(resized).TakeLast(3 * width).Skip(3 * from).SequenceEqual(part);
    });

    /// <summary>Pillow 9.4.0: Image.fromarray(…).resize((size, 1), resample=Image.NEAREST). In exact arithmetic places 3 of 7 and 4 of 6 are ties.</summary>
    [TestCase(6, new byte[] { 0, 1, 1, 2, 2, 3 })]
    [TestCase(7, new byte[] { 0, 0, 1, 1, 2, 3, 3 })]
    public void Nearest_labels_fall_to_the_side_that_Pillow_s_do(int size, byte[] expected) => Assert.That(PilResize.Nearest(new LabelMap(4, 1, [0, 1, 2, 3]), size, 1).Labels, Is.EqualTo(expected));

    private static float[] Read(IPixelRows rows)
    {
        var pixels = new float[3 * rows.Width * rows.Height];
        for (var row = 0; row < rows.Height; row++) rows.Read(row, 0, pixels.AsSpan(3 * rows.Width * row, 3 * rows.Width));
        return pixels;
    }
}
