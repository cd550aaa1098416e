using Pole.Data.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;
using JpegDecoder = Pole.Data.Imaging.JpegDecoder;

namespace Pole.Data.Tests;

/// <summary>Images of every kind that cameras and tools write.</summary>
public sealed class ImageKindTests : TemporaryFolder
{
    private static readonly IImageEncoder[] Lossless = [new PngEncoder(), new BmpEncoder(), new TiffEncoder(), new WebpEncoder { FileFormat = WebpFileFormatType.Lossless }];

    private string ImageFile => Path.Combine(Folder, "image");

    [TestCaseSource(nameof(Lossless))]
    public void Pixels_are_those_that_were_stored(IImageEncoder encoder)
    {
        using var image = Gradient();
        Save(image, encoder);
        var read = ImageCodec.ReadRgb(ImageFile);

        Assert.That((read.Width, read.Height, ImageCodec.ReadSize(ImageFile)), Is.EqualTo((6, 4, (6, 4))));
        Assert.That(Pixel(read, 5, 3), Is.EqualTo(image[5, 3]));
        Assert.That(Pixel(read, 2, 1), Is.EqualTo(image[2, 1]));
    }

    [TestCaseSource(nameof(Lossless))]
    public void A_truncated_file_is_an_error_that_names_it(IImageEncoder encoder)
    {
        using var image = new Image<Rgb24>(64, 64);
        var random = new Random(1);
        image.ProcessPixelRows(rows => { for (var y = 0; y < rows.Height; y++) random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(rows.GetRowSpan(y))); });
        Save(image, encoder);
        File.WriteAllBytes(ImageFile, File.ReadAllBytes(ImageFile)[..^2000]);

        Assert.That(() => ImageCodec.ReadRgb(ImageFile), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith(ImageFile));
    }

    /// <summary>EXIF's eight orientations, by what is seen in the corner that is at the top left of the picture.</summary>
    [TestCase(1, 0, 0, false)]
    [TestCase(2, 5, 0, false)]
    [TestCase(3, 5, 3, false)]
    [TestCase(4, 0, 3, false)]
    [TestCase(5, 0, 0, true)]
    [TestCase(6, 0, 3, true)]
    [TestCase(7, 5, 3, true)]
    [TestCase(8, 5, 0, true)]
    public void An_image_is_turned_as_its_file_says_where_that_is_asked_for(int orientation, int x, int y, bool swaps)
    {
        using var image = Gradient();
        image.Metadata.ExifProfile = new ExifProfile();
        image.Metadata.ExifProfile.SetValue(ExifTag.Orientation, (ushort)orientation);
        Save(image, new JpegEncoder { Quality = 100, ColorType = JpegColorType.YCbCrRatio444 });
        foreach (var decoder in Enum.GetValues<JpegDecoder>())
        {
            var (stored, seen) = (ImageCodec.ReadRgb(ImageFile, new ImageDecoding { Jpeg = decoder }), ImageCodec.ReadRgb(ImageFile, new ImageDecoding { Oriented = true, Jpeg = decoder }));

            Assert.That((stored.Width, stored.Height), Is.EqualTo((6, 4)));
            Assert.That((seen.Width, seen.Height), Is.EqualTo(swaps ? (4, 6) : (6, 4)));
            Assert.That(ImageCodec.ReadSize(ImageFile, oriented: true), Is.EqualTo((seen.Width, seen.Height)));
            Assert.That(Pixel(seen, 0, 0), Is.EqualTo(Pixel(stored, x, y)), $"{decoder}");
            // The next in the row of the picture.
            var (right, down) = swaps ? (x, y == 0 ? 1 : 2) : (x == 0 ? 1 : 4, y);
            Assert.That(Pixel(seen, 1, 0), Is.EqualTo(Pixel(stored, right, down)), $"{decoder}");
        }
    }

    private void Save(Image image, IImageEncoder encoder)
    {
        using var stream = File.Create(ImageFile);
        image.Save(stream, encoder);
    }

    private static Image<Rgb24> Gradient()
    {
        var image = new Image<Rgb24>(6, 4);
        for (var y = 0; y < 4; y++)
        for (var x = 0; x < 6; x++) image[x, y] = new Rgb24((byte)(40 * x), (byte)(60 * y), (byte)(10 * (x + y)));
        return image;
    }

    private static Rgb24 Pixel(RgbImage image, int x, int y) => new(image.Pixels[3 * (y * image.Width + x)], image.Pixels[3 * (y * image.Width + x) + 1], image.Pixels[3 * (y * image.Width + x) + 2]);
}
