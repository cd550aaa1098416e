using System.Reflection;
using CsCheck;
using Pole.Data.Imaging;

namespace Pole.Data.Tests;

public sealed class LabelReaderTests : TemporaryFolder
{
    private static readonly string Cases = Path.GetFullPath(Path.Combine(typeof(LabelReaderTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "..", "shared", "cases"));

    private static readonly (int Depth, PngColour Colour)[] Forms =
    [
        (1, PngColour.Grey), (2, PngColour.Grey), (4, PngColour.Grey), (8, PngColour.Grey), (16, PngColour.Grey),
        (1, PngColour.Indexed), (2, PngColour.Indexed), (4, PngColour.Indexed), (8, PngColour.Indexed),
    ];

    private string Png => Path.Combine(Folder, "x.png");

    [Test]
    public void The_stored_integer_is_the_label_whatever_depth_filter_and_interlacing() =>
        Gen.Select(Gen.Int[1, 19], Gen.Int[1, 19], Gen.Int[0, Forms.Length - 1], Gen.Bool, Gen.Int[-1, 4], Gen.Byte.Array[361], Gen.Int[1, 3]).Sample((width, height, place, interlaced, filter, values, parts) =>
        {
            var (depth, colour) = Forms[place];
            byte[] labels = [.. values.Take(width * height).Select(value => (byte)(value & ((1 << Math.Min(8, depth)) - 1)))];
            PngWriter.Write(Png, width, height, depth, colour, [.. labels.Select(label => (int)label)], interlaced, filter, colour == PngColour.Indexed ? new byte[3 << depth] : null, parts);
            var read = ImageCodec.ReadLabels(Png);
            return (read.Width, read.Height, read.Source) == (width, height, Png) && read.Labels.SequenceEqual(labels);
        }, iter: 400, threads: 1);

    [Test]
    public void Grey_PNGs_of_8_bits_are_read_as_SkiaSharp_reads_them([Values] bool interlaced, [Values(0, 1, 2, 3, 4, -1)] int filter)
    {
        PngWriter.Write(Png, 13, 11, 8, PngColour.Grey, [.. Enumerable.Range(0, 13 * 11).Select(pixel => pixel * 89 % 256)], interlaced, filter);

        Assert.That(ImageCodec.ReadLabels(Png).Labels, Is.EqualTo(ImageCodec.ReadRgb(Png).Pixels.Where((_, sample) => sample % 3 == 0)));
    }

    [TestCase(new byte[] { 7, 7, 7, 7, 7, 7 }, TestName = "An_index_is_the_label_where_two_colours_of_the_palette_are_equal")]
    [TestCase(new byte[] { 0, 0, 0, 0, 0, 128 }, TestName = "An_index_is_the_label_where_its_colour_is_another_labels")]
    public void An_index_is_the_label(byte[] palette)
    {
        PngWriter.Write(Png, 2, 1, 8, PngColour.Indexed, [0, 1], palette: palette);

        Assert.That(ImageCodec.ReadLabels(Png).Labels, Is.EqualTo(new byte[] { 0, 1 }));
    }

    [Test]
    public void A_value_of_16_bits_that_is_no_label_is_reported_with_its_pixel()
    {
        PngWriter.Write(Png, 2, 2, 16, PngColour.Grey, [0, 255, 1, 256]);

        Assert.That(() => ImageCodec.ReadLabels(Png), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo($"{Png}: pixel (1, 1) has the value 256, labels are 0…255"));
    }

    [Test]
    public void Colours_of_the_VOC_palette_are_labels()
    {
        PngWriter.Write(Png, 3, 1, 8, PngColour.Rgb, [128, 0, 0, 0, 64, 128, 224, 224, 192]);

        Assert.That(ImageCodec.ReadLabels(Png).Labels, Is.EqualTo(new byte[] { 1, 20, 255 }));
    }

    [TestCase(PngColour.GreyAlpha, 8, new[] { 3, 255 }, (byte)3)]
    [TestCase(PngColour.GreyAlpha, 16, new[] { 3, 65535 }, (byte)3)]
    [TestCase(PngColour.Rgba, 8, new[] { 128, 0, 0, 255 }, (byte)1)]
    public void An_opaque_alpha_channel_changes_nothing(object colour, int depth, int[] samples, byte label)
    {
        PngWriter.Write(Png, 1, 1, depth, (PngColour)colour, samples);

        Assert.That(ImageCodec.ReadLabels(Png).Labels, Is.EqualTo(new[] { label }));
    }

    [TestCase(PngColour.GreyAlpha, new[] { 3, 255, 3, 254 })]
    [TestCase(PngColour.Rgba, new[] { 128, 0, 0, 255, 128, 0, 0, 0 })]
    public void A_transparent_pixel_has_no_label(object colour, int[] samples)
    {
        PngWriter.Write(Png, 2, 1, 8, (PngColour)colour, samples);

        Assert.That(() => ImageCodec.ReadLabels(Png), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith($"{Png}: pixel (1, 0) is transparent"));
    }

    [Test]
    public void Colours_of_16_bits_are_refused()
    {
        PngWriter.Write(Png, 1, 1, 16, PngColour.Rgb, [0, 0, 0]);

        Assert.That(() => ImageCodec.ReadLabels(Png), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith($"{Png}: it has colours of 16 bits a channel"));
    }

    [TestCase(new byte[] { 0xFF, 0xD8, 0xFF, 0xE0 }, "this is a JPEG, which does not keep labels; save the labels as PNG")]
    [TestCase(new byte[] { (byte)'R', (byte)'I', (byte)'F', (byte)'F', 0, 0, 0, 0, (byte)'W', (byte)'E', (byte)'B', (byte)'P' }, "this is a WebP; save the labels as PNG")]
    [TestCase(new byte[] { (byte)'G', (byte)'I', (byte)'F', (byte)'8' }, "this is a GIF; save the labels as PNG")]
    [TestCase(new byte[] { (byte)'B', (byte)'M', 0 }, "this is a BMP; save the labels as PNG")]
    [TestCase(new byte[] { (byte)'I', (byte)'I', 42, 0 }, "this is a TIFF; save the labels as PNG")]
    [TestCase(new byte[0], "this file is empty")]
    [TestCase(new byte[] { 1, 2, 3 }, "this is none")]
    public void A_file_that_is_no_PNG_is_refused_by_name(byte[] file, string message)
    {
        File.WriteAllBytes(Png, file);

        Assert.That(() => ImageCodec.ReadLabels(Png), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo($"{Png}: label maps are PNGs, {message}"));
    }

    [Test]
    public void A_file_that_is_cut_anywhere_or_has_a_byte_changed_anywhere_is_named()
    {
        PngWriter.Write(Png, 5, 4, 4, PngColour.Indexed, [.. Enumerable.Range(0, 20).Select(pixel => pixel % 16)], interlaced: true, palette: new byte[48]);
        var whole = File.ReadAllBytes(Png);
        for (var place = 0; place < whole.Length; place++)
        {
            File.WriteAllBytes(Png, whole[..place]);
            Assert.That(() => ImageCodec.ReadLabels(Png), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith($"{Png}: "), $"cut at {place}");
            File.WriteAllBytes(Png, [.. whole[..place], (byte)(whole[place] ^ 0x10), .. whole[(place + 1)..]]);
            Assert.That(() => ImageCodec.ReadLabels(Png), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith($"{Png}: "), $"changed at {place}");
        }
    }

    [Test]
    public void Samples_that_end_early_are_reported()
    {
        using (var stream = File.Create(Png))
        {
            stream.Write(PngFile.Signature);
            PngWriter.WriteChunk(stream, "IHDR", [0, 0, 0, 9, 0, 0, 0, 9, 8, 0, 0, 0, 0]);
            PngWriter.WriteChunk(stream, "IDAT", []);
            PngWriter.WriteChunk(stream, "IEND", []);
        }

        Assert.That(() => ImageCodec.ReadLabels(Png), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith($"{Png}: cannot be read as a label map: its samples end early; "));
    }

    [Test]
    public void A_decompression_bomb_is_refused_before_anything_is_decoded()
    {
        using (var stream = File.Create(Png))
        {
            stream.Write(PngFile.Signature);
            PngWriter.WriteChunk(stream, "IHDR", [0, 1, 0, 0, 0, 1, 0, 0, 8, 0, 0, 0, 0]);
            PngWriter.WriteChunk(stream, "IEND", []);
        }

        Assert.That(() => ImageCodec.ReadLabels(Png), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith($"{Png}: 65536×65536 pixels"));
    }

    [TestCase("labels-bit-depth/grey16", "labels-bit-depth/grey8")]
    [TestCase("labels-bit-depth/grey2", "labels-bit-depth/pred")]
    [TestCase("labels-palette/custompal", "labels-palette/truth")]
    [TestCase("labels-palette/greypal", "labels-palette/truth")]
    public void The_shared_files_of_other_forms_hold_the_same_labels(string file, string same) => Assert.That(Case(file).Labels, Is.EqualTo(Case(same).Labels));

    [Test]
    public void The_shared_file_of_1_bit_holds_0_and_1() => Assert.That(Case("labels-bit-depth/bool1").Labels.Distinct(), Is.EquivalentTo(new byte[] { 0, 1 }));

    [TestCase("x.png")]
    [TestCase("x.jpg")]
    public void The_size_of_an_image_is_read_from_its_header(string name)
    {
        var path = Path.Combine(Folder, name);
        var image = new RgbImage(64, 48, [.. Enumerable.Range(0, 64 * 48 * 3).Select(sample => (byte)(sample * 37))]);
        if (name.EndsWith("png", StringComparison.Ordinal)) ImageCodec.WritePng(path, image);
        else ImageCodec.WriteJpeg(path, image);
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length * 9 / 10)]);

        Assert.That(ImageCodec.ReadSize(path), Is.EqualTo((64, 48)));
    }

    private static LabelMap Case(string folder)
    {
        var path = Path.Combine(Cases, folder, "a.png");
        if (!File.Exists(path)) Assert.Ignore($"{path} is not there");
        return ImageCodec.ReadLabels(path);
    }
}
