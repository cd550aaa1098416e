namespace Pole.Data.Imaging;

/// <summary>What a file of pixels is, by its first bytes.</summary>
internal enum ImageKind
{
    Unknown,
    Jpeg,
    Png,
    WebP,
    Tiff,
    Bmp,
}

internal static class ImageKinds
{
    private const int Longest = 12;

    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static ImageKind Of(string path)
    {
        if (!InputFile.HasContent(path)) return ImageKind.Unknown;
        Span<byte> start = stackalloc byte[Longest];
        using var stream = File.OpenRead(path);
        return Of(start[..stream.ReadAtLeast(start, Longest, throwOnEndOfStream: false)]);
    }

    public static ImageKind Of(ReadOnlySpan<byte> start) => start switch
    {
        [0xFF, 0xD8, 0xFF, ..] => ImageKind.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => ImageKind.Png,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => ImageKind.WebP,
        [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => ImageKind.Tiff,
        [(byte)'B', (byte)'M', ..] => ImageKind.Bmp,
        _ => ImageKind.Unknown,
    };
}
