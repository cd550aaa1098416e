using System.Buffers.Binary;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace Pole.Data.Imaging;

/// <summary>WebP, TIFF and BMP, and JPEG where it is asked for, by ImageSharp. JPEG stays with SkiaSharp otherwise, whose pixels are those of Pillow.</summary>
internal static class ManagedDecoder
{
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static RgbImage Read(string path, bool oriented)
    {
        var (width, height) = StoredSize(path);
        using var admitted = ImageCodec.Admit(path, width, height, InputFile.Length(path));
        using var image = Image.Load<Rgb24>(path);
        if (oriented) image.Mutate(processing => processing.AutoOrient());
        var pixels = new byte[3 * image.Width * image.Height];
        image.CopyPixelDataTo(pixels);
        return new RgbImage(image.Width, image.Height, pixels);
    }

    public static (int Width, int Height) ReadSize(string path, bool oriented)
    {
        var (width, height) = StoredSize(path);
        return oriented && Image.Identify(path)?.Metadata.ExifProfile?.GetValue(SixLabors.ImageSharp.Metadata.Profiles.Exif.ExifTag.Orientation)?.Value is >= 5 and <= 8 ? (height, width) : (width, height);
    }

    private static (int Width, int Height) StoredSize(string path)
    {
        RequireWhole(path);
        return Image.Identify(path) is { } info ? (info.Width, info.Height) : throw new InvalidDataException("its header is damaged");
    }

    /// <summary>The library fills what is missing of a WebP or a BMP with black, without a word.</summary>
    private static void RequireWhole(string path)
    {
        Span<byte> start = stackalloc byte[12];
        using var stream = File.OpenRead(path);
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        long declared = ImageKinds.Of(start) switch
        {
            ImageKind.WebP => 8 + BinaryPrimitives.ReadUInt32LittleEndian(start[4..]),
            ImageKind.Bmp when start.Length >= 6 => BinaryPrimitives.ReadUInt32LittleEndian(start[2..]),
            _ => 0,
        };
        if (declared > stream.Length) throw new InvalidDataException($"it is truncated: {stream.Length} of {declared} bytes are there");
    }
}
