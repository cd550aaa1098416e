using CsCheck;
using Pole.Data.Imaging;

namespace Pole.Data.Tests;

public sealed class ImagingTests : TemporaryFolder
{
    [Test]
    public void Label_maps_survive_the_palette_PNG() => Gen.Select(Gen.Int[1, 20], Gen.Int[1, 20], Gen.Byte.Array[400]).Sample((width, height, labels) =>
    {
        var path = Path.Combine(Folder, "labels.png");
        var map = new LabelMap(width, height, labels[..(width * height)]);
        IndexedPng.Write(path, map);
        var read = ImageCodec.ReadLabels(path);
        return (read.Width, read.Height) == (width, height) && read.Labels.SequenceEqual(map.Labels);
    }, iter: 30, threads: 1);

    [Test]
    public void The_palette_is_that_of_VOC()
    {
        Assert.That(new byte[] { 0, 1, 15, 20, 255 }.Select(VocPalette.ColourOf),
            Is.EqualTo(new (byte, byte, byte)[] { (0, 0, 0), (128, 0, 0), (192, 128, 128), (0, 64, 128), (224, 224, 192) }));
    }

    [Test]
    public void A_colour_that_is_no_label_is_reported_with_its_pixel()
    {
        var path = Path.Combine(Folder, "x.png");
        ImageCodec.WritePng(path, new RgbImage(2, 1, [0, 0, 0, 1, 2, 3]));

        Assert.That(() => ImageCodec.ReadLabels(path), Throws.InstanceOf<ExperimentException>().With.Message.Contains(path).And.Message.Contains("pixel (1, 0) has colour (1, 2, 3)"));
    }

    [Test]
    public void A_truncated_JPEG_is_named()
    {
        var path = Path.Combine(Folder, "x.jpg");
        ImageCodec.WriteJpeg(path, new RgbImage(64, 64, [.. Enumerable.Range(0, 64 * 64 * 3).Select(value => (byte)(value * 37))]));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..600]);

        Assert.That(() => ImageCodec.ReadRgb(path), Throws.InstanceOf<ExperimentException>().With.Message.Contains(path));
    }

    [Test]
    public void A_file_that_is_no_image_and_a_file_that_is_not_there_are_named()
    {
        var path = Path.Combine(Folder, "x.jpg");
        Assert.That(() => ImageCodec.ReadRgb(path), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo($"{path} does not exist"));

        File.WriteAllText(path, "no image");
        Assert.That(() => ImageCodec.ReadRgb(path), Throws.InstanceOf<ExperimentException>().With.Message.Contains("not an image"));
    }

    [Test]
    public void Pixels_are_normalised_as_ImageNet_networks_expect()
    {
        using var tensor = ImageTensors.Normalised(new RgbImage(1, 1, [255, 0, 128]));

        Assert.That(tensor.data<float>().ToArray(), Is.EqualTo(new[] { (1 - 0.485) / 0.229, -0.456 / 0.224, (128 / 255.0 - 0.406) / 0.225 }).Within(1e-5));
    }
}
