using SkiaSharp;

namespace Pole.Data.Imaging;

/// <summary>The one place that touches the image library (SkiaSharp).</summary>
public static class ImageCodec
{
    private const int JpegQuality = 92;

    /// <summary>What Pillow takes for a decompression bomb, in pixels.</summary>
    private const long LargestImage = 178_956_970;

    /// <exception cref="ExperimentException">The file is missing, truncated or not an image; names it.</exception>
    public static RgbImage ReadRgb(string path)
    {
        using var bitmap = Decode(path, out _);
        var pixels = bitmap.GetPixelSpan();
        var rgb = new byte[bitmap.Width * bitmap.Height * 3];
        for (int from = 0, to = 0; to < rgb.Length; from += 4, to += 3) (rgb[to], rgb[to + 1], rgb[to + 2]) = (pixels[from], pixels[from + 1], pixels[from + 2]);
        return new RgbImage(bitmap.Width, bitmap.Height, rgb);
    }

    /// <summary>Reads a label map from a PNG with the VOC palette, or from a grey one whose values are the labels.</summary>
    /// <exception cref="ExperimentException">The file is missing, truncated, or has a colour that is no label; names it.</exception>
    public static LabelMap ReadLabels(string path)
    {
        using var bitmap = Decode(path, out var grey);
        var pixels = bitmap.GetPixelSpan();
        var labels = new byte[bitmap.Width * bitmap.Height];
        for (int from = 0, to = 0; to < labels.Length; from += 4, to++)
        {
            var (red, green, blue) = (pixels[from], pixels[from + 1], pixels[from + 2]);
            if (grey) labels[to] = red;
            else if (!VocPalette.TryGetLabel(red, green, blue, out labels[to]))
                throw new ExperimentException($"{path}: pixel ({to % bitmap.Width}, {to / bitmap.Width}) has colour ({red}, {green}, {blue}), which is no label of the VOC palette");
        }

        return new LabelMap(bitmap.Width, bitmap.Height, labels);
    }

    public static void WriteJpeg(string path, RgbImage image) => File.WriteAllBytes(path, Encode(image, SKEncodedImageFormat.Jpeg, JpegQuality));

    public static void WritePng(string path, RgbImage image) => File.WriteAllBytes(path, EncodePng(image));

    /// <summary>The bytes of a PNG.</summary>
    public static byte[] EncodePng(RgbImage image) => Encode(image, SKEncodedImageFormat.Png, 100);

    /// <summary>The bytes of a JPEG.</summary>
    public static byte[] EncodeJpeg(RgbImage image) => Encode(image, SKEncodedImageFormat.Jpeg, JpegQuality);

    private static SKBitmap Decode(string path, out bool grey)
    {
        if (!File.Exists(path)) throw new ExperimentException($"{path} does not exist");
        using var codec = SKCodec.Create(path) ?? throw new ExperimentException($"{path}: not an image that can be read (JPEG or PNG expected)");
        if ((long)codec.Info.Width * codec.Info.Height > LargestImage) throw new ExperimentException($"{path}: {codec.Info.Width}×{codec.Info.Height} pixels are more than any image of these data sets has");
        grey = codec.Info.ColorType == SKColorType.Gray8;
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
