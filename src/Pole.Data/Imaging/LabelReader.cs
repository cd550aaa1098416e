using System.Buffers.Binary;

namespace Pole.Data.Imaging;

/// <summary>
/// Reads label maps: the integer that a PNG stores for a pixel is its label, in grey PNGs of any depth and in indexed ones, whatever
/// their palette. An RGB PNG is read by the colours of the VOC palette.
/// </summary>
internal static class LabelReader
{
    // A decoder of our own: SkiaSharp and ImageSharp 2.1 scale grey samples of 1, 2 and 4 bits to 8 and replace indices by the
    // palette's colours, of which several may be equal.

    /// <exception cref="ExperimentException">The file is missing, damaged, no PNG, or holds something that is no label; names it.</exception>
    public static LabelMap Read(string path) => InputFile.Read(path, "a label map", "get the file again", () =>
    {
        var bytes = InputFile.Bytes(path);
        if (!bytes.AsSpan().StartsWith(PngFile.Signature)) throw new ExperimentException($"{path}: label maps are PNGs, this {OtherKind(bytes)}");
        var png = PngFile.Parse(bytes);
        using var admitted = ImageCodec.Admit(path, png.Width, png.Height, bytes.Length);
        if (png is { Colour: PngColour.Rgb or PngColour.Rgba, Depth: 16 })
            throw new ExperimentException($"{path}: it has colours of 16 bits a channel, labels are stored as indices, as grey values, or as the VOC palette's colours of 8");
        var labels = new byte[png.Width * png.Height];
        PngScanlines.Read(png, (samples, row, column, step, pixels) =>
        {
            var line = labels.AsSpan(row * png.Width, png.Width);
            if (png is { Depth: 8, Channels: 1 } && step == 1) samples.CopyTo(line);
            else
                for (var pixel = 0; pixel < pixels; pixel++) line[column + pixel * step] = Label(path, png, samples, pixel, column + pixel * step, row);
        });
        return new LabelMap(png.Width, png.Height, labels) { Source = path };
    });

    private static byte Label(string path, PngFile png, ReadOnlySpan<byte> samples, int pixel, int column, int row)
    {
        var first = pixel * png.Channels;
        var value = Sample(samples, first, png.Depth);
        if (png.Colour is PngColour.GreyAlpha or PngColour.Rgba && Sample(samples, first + png.Channels - 1, png.Depth) != (1 << png.Depth) - 1)
            throw new ExperimentException($"{path}: pixel ({column}, {row}) is transparent, which no label is; save the labels without an alpha channel");
        if (png.Colour is PngColour.Rgb or PngColour.Rgba)
        {
            var (red, green, blue) = (samples[first], samples[first + 1], samples[first + 2]);
            return VocPalette.TryGetLabel(red, green, blue, out var label) ? label
                : throw new ExperimentException($"{path}: pixel ({column}, {row}) has colour ({red}, {green}, {blue}), which is no label of the VOC palette");
        }

        return value <= byte.MaxValue ? (byte)value : throw new ExperimentException($"{path}: pixel ({column}, {row}) has the value {value}, labels are 0…{byte.MaxValue}");
    }

    private static int Sample(ReadOnlySpan<byte> samples, int index, int depth) => depth switch
    {
        16 => BinaryPrimitives.ReadUInt16BigEndian(samples[(2 * index)..]),
        8 => samples[index],
        _ => samples[index * depth / 8] >> (8 - depth - index * depth % 8) & ((1 << depth) - 1),
    };

    private static string OtherKind(ReadOnlySpan<byte> start) => start switch
    {
        [] => "file is empty",
        [(byte)'G', (byte)'I', (byte)'F', ..] => "is a GIF; save the labels as PNG",
        _ when start.StartsWith("version https://git-lfs"u8) => "is a Git LFS pointer; fetch the file with git lfs pull",
        _ => ImageKinds.Of(start) switch
        {
            ImageKind.Jpeg => "is a JPEG, which does not keep labels; save the labels as PNG",
            ImageKind.WebP => "is a WebP; save the labels as PNG",
            ImageKind.Bmp => "is a BMP; save the labels as PNG",
            ImageKind.Tiff => "is a TIFF; save the labels as PNG",
            _ => "is none",
        },
    };
}
