namespace Pole.Data.Imaging;

/// <summary>How the files of a data set become pixels.</summary>
public sealed record ImageDecoding
{
    /// <summary>As published code reads: pixels as they are stored, JPEGs as Pillow decodes them.</summary>
    public static ImageDecoding Published { get; } = new();

    /// <summary>Turned and mirrored as the camera says (EXIF orientation).</summary>
    public bool Oriented { get; init; }

    public JpegDecoder Jpeg { get; init; } = JpegDecoder.Skia;
}

/// <summary>What decodes JPEGs. Pixels of the two differ, by up to 119 on photographs of VOC.</summary>
public enum JpegDecoder
{
    /// <summary>Equal to Pillow's pixels, which the published code reads.</summary>
    Skia,

    /// <summary>For machines without the native library.</summary>
    ImageSharp,
}
