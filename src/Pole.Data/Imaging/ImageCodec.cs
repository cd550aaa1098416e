using SkiaSharp;

namespace Pole.Data.Imaging;

/// <summary>Reads and writes images and label maps. JPEG and PNG by SkiaSharp, whose pixels are those of Pillow, which the published code reads with; the other kinds by <see cref="ManagedDecoder"/>.</summary>
public static class ImageCodec
{
    private const int JpegQuality = 92;
    private const string Noun = "an image", Remedy = "get the file again";

    /// <summary>No less than deflate makes of a byte of a PNG with a bit a pixel, and than a JPEG of one colour has.</summary>
    private const long MostPixelsOfByte = 16_384;

    /// <summary>What Pillow takes for a decompression bomb, in pixels.</summary>
    private const long LargestImage = 178_956_970;

    /// <inheritdoc cref="ReadRgb(string, ImageDecoding)"/>
    public static RgbImage ReadRgb(string path) => ReadRgb(path, ImageDecoding.Published);

    /// <exception cref="ExperimentException">The file is missing, truncated or not an image; names it.</exception>
    public static RgbImage ReadRgb(string path, ImageDecoding decoding) => InputFile.Read(path, Noun, Remedy, () =>
    {
        if (IsManaged(path, decoding)) return ManagedDecoder.Read(path, decoding.Oriented);
        using var codec = Open(path);
        using var admitted = Admit(path, codec.Info.Width, codec.Info.Height, InputFile.Length(path));
        using var bitmap = Decode(path, codec);
        var pixels = bitmap.GetPixelSpan();
        var rgb = new byte[bitmap.Width * bitmap.Height * 3];
        for (int from = 0, to = 0; to < rgb.Length; from += 4, to += 3) (rgb[to], rgb[to + 1], rgb[to + 2]) = (pixels[from], pixels[from + 1], pixels[from + 2]);
        var image = new RgbImage(bitmap.Width, bitmap.Height, rgb);
        return decoding.Oriented ? Orientation.Apply(image, codec.EncodedOrigin) : image;
    });

    /// <summary>Reads a label map from a PNG whose indices or grey values are the labels, or whose colours are those of the VOC palette.</summary>
    /// <exception cref="ExperimentException">The file is missing, damaged, no PNG, or holds something that is no label; names it.</exception>
    public static LabelMap ReadLabels(string path) => LabelReader.Read(path);

    /// <summary>The size of an image, from its header alone.</summary>
    /// <exception cref="ExperimentException">The file is missing or not an image; names it.</exception>
    /// <param name="oriented">As the image is seen, where its file says that it was turned.</param>
    public static (int Width, int Height) ReadSize(string path, bool oriented = false) => InputFile.Read(path, Noun, Remedy, () =>
    {
        if (IsManaged(path, ImageDecoding.Published)) return ManagedDecoder.ReadSize(path, oriented);
        using var codec = Open(path);
        return oriented && Orientation.Swaps(codec.EncodedOrigin) ? (codec.Info.Height, codec.Info.Width) : (codec.Info.Width, codec.Info.Height);
    });

    public static void WriteJpeg(string path, RgbImage image) => File.WriteAllBytes(path, Encode(image, SKEncodedImageFormat.Jpeg, JpegQuality));

    public static void WritePng(string path, RgbImage image) => File.WriteAllBytes(path, EncodePng(image));

    /// <summary>The bytes of a PNG.</summary>
    public static byte[] EncodePng(RgbImage image) => Encode(image, SKEncodedImageFormat.Png, 100);

    /// <summary>The bytes of a JPEG.</summary>
    public static byte[] EncodeJpeg(RgbImage image) => Encode(image, SKEncodedImageFormat.Jpeg, JpegQuality);

    /// <summary>Takes the pixels of an image from what may be decoded at once.</summary>
    /// <param name="bytes">Of the file that has the pixels; left out where none has them.</param>
    /// <exception cref="ExperimentException">The image has too many pixels to be one of a data set, or more than its file can hold; names it.</exception>
    internal static IDisposable Admit(string path, int width, int height, long bytes = long.MaxValue)
    {
        if (width <= 0 || height <= 0) throw new ExperimentException($"{path}: {width}×{height} pixels are no image");
        if ((long)width * height > LargestImage) throw new ExperimentException($"{path}: {width}×{height} pixels are more than any image of these data sets has");
        // Nothing is allocated for a small file that claims to be a large image.
        if ((long)width * height / MostPixelsOfByte > bytes) throw new InvalidDataException($"it is too short for {width}×{height} pixels");
        return DecodingBudget.Shared.Take((long)width * height);
    }

    /// <exception cref="InvalidDataException">The file is of no kind that is read.</exception>
    private static bool IsManaged(string path, ImageDecoding decoding) => ImageKinds.Of(path) switch
    {
        ImageKind.Unknown => throw new InvalidDataException("it is no JPEG, PNG, WebP, TIFF or BMP, or its header is damaged"),
        ImageKind.Jpeg => decoding.Jpeg == JpegDecoder.ImageSharp,
        ImageKind.Png => false,
        _ => true,
    };

    private static SKCodec Open(string path) => SKCodec.Create(path) ?? throw new InvalidDataException("its header is damaged");

    private static SKBitmap Decode(string path, SKCodec codec)
    {
        var bitmap = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        var result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result == SKCodecResult.Success) return bitmap;

        bitmap.Dispose();
        throw new ExperimentException($"{path}: the image is damaged or truncated ({result}); get the file again");
    }

    private static byte[] Encode(RgbImage image, SKEncodedImageFormat format, int quality)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var rgba = new byte[image.Width * image.Height * 4];
        for (int from = 0, to = 0; to < rgba.Length; from += 3, to += 4)
            (rgba[to], rgba[to + 1], rgba[to + 2], rgba[to + 3]) = (image.Pixels[from], image.Pixels[from + 1], image.Pixels[from + 2], 255);
        System.Runtime.InteropServices.Marshal.Copy(rgba, 0, bitmap.GetPixels(), rgba.Length);
        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }
}
