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
        Assert.That(() => ImageCodec.ReadRgb(path), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo($"{path} does not exist; get the file again"));

        File.WriteAllText(path, "no image");
        Assert.That(() => ImageCodec.ReadRgb(path), Throws.InstanceOf<ExperimentException>().With.Message.Contains("it is no JPEG, PNG, WebP, TIFF or BMP"));
    }

    [Test]
    public void An_image_of_one_pixel_goes_through_CLIP_preprocessing()
    {
        var view = ClipPreprocessing.ResizeAndCrop(new RgbImage(1, 1, [1, 2, 3]), 32);

        Assert.That((view.Width, view.Height), Is.EqualTo((32, 32)));
        Assert.That(view.Pixels.Chunk(3), Is.All.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public void An_image_too_narrow_to_resize_is_refused_before_anything_is_allocated() =>
        Assert.That(() => ClipPreprocessing.ResizeAndCrop(new RgbImage(1, 5_000_000, new byte[15_000_000]), 224), Throws.InstanceOf<ExperimentException>().With.Message.Contains("too narrow"));

    /// <summary>Files of ImageMagick, filled with (200, 100, 50): a JPEG of four channels, and a PNG of 16 bits.</summary>
    [TestCase("/9j/7gAOQWRvYmUAZAAAAAAC/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCxAWEBETFBUVFQwPFxgWFBgSFBUU/9sAQwEDBAQFBAUJBQUJFA0LDRQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU/8AAFAgACAAIBAERAAIRAQMRAQQRAP/EABUAAQEAAAAAAAAAAAAAAAAAAAcI/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/EABQBAQAAAAAAAAAAAAAAAAAAAAj/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADgQBAAIRAxEEAAA/ACwjRHWA/9k=")]
    [TestCase("iVBORw0KGgoAAAANSUhEUgAAAAIAAAABEAIAAAAr0DSeAAAABGdBTUEAALGPC/xhBQAAACBjSFJNAAB6JgAAgIQAAPoAAACA6AAAdTAAAOpgAAA6mAAAF3CculE8AAAABmJLR0T///////8JWPfcAAAAB3RJTUUH6gsYFicf1hC8dwAAABVJREFUCNdjPHEiJcXIiIGBgYGBAQAcbAK+tuhAIQAAACV0RVh0ZGF0ZTpjcmVhdGUAMjAyNi0xMS0yNFQyMjozOTozMSswMDowMADYa1YAAAAldEVYdGRhdGU6bW9kaWZ5ADIwMjYtMTEtMjRUMjI6Mzk6MzErMDA6MDBxhdPqAAAAAElFTkSuQmCC")]
    public void Rare_pixel_formats_are_read_as_8_bit_RGB(string file)
    {
        var path = Path.Combine(Folder, "rare");
        File.WriteAllBytes(path, Convert.FromBase64String(file));

        Assert.That(ImageCodec.ReadRgb(path).Pixels.Take(3).Select(channel => (int)channel), Is.EqualTo(new[] { 200, 100, 50 }).Within(3));
    }

    [Test]
    public void Pixels_are_normalised_as_ImageNet_networks_expect()
    {
        using var tensor = ImageTensors.Normalised(new RgbImage(1, 1, [255, 0, 128]));

        Assert.That(tensor.data<float>().ToArray(), Is.EqualTo(new[] { (1 - 0.485) / 0.229, -0.456 / 0.224, (128 / 255.0 - 0.406) / 0.225 }).Within(1e-5));
    }
}
