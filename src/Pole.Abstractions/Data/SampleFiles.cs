namespace Pole;

/// <summary>The files that a sample is read from, whose content stands for the sample's in the keys of stages.</summary>
/// <param name="Classes">What the image-level labels are read from; null where they are in memory, and the indices themselves count.</param>
/// <param name="LabelMap">Null where there is no label map.</param>
public sealed record SampleFiles(string Image, string? Classes, string? LabelMap)
{
    /// <summary>The image is turned as its file says before it is used, and the label map is that of the turned one.</summary>
    public bool IsOriented { get; init; }
}
