using System.Text.Json;

namespace Pole.Pipeline.Evaluation;

/// <summary>How good the masks are after one step of the chain from CAMs to segmentation.</summary>
/// <param name="Step">CAM, random walk, segmentation, segmentation + CRF.</param>
/// <param name="Split">The split that was measured.</param>
/// <param name="Iou">Intersection over union of background and each class, 0…1; null where it is absent.</param>
public sealed record ChainScore(string Step, string Split, int Images, double MeanIou, IReadOnlyList<double?> Iou)
{
    /// <inheritdoc cref="SegmentationScore.Masks"/>
    public string? Masks { get; init; }

    /// <summary>What it is measured by besides, 0…1 by the metric's name; null where it is not defined.</summary>
    public IReadOnlyDictionary<string, double?> Metrics { get; init; } = new Dictionary<string, double?>();

    /// <summary>The step that every chain begins with.</summary>
    public const string Cam = "CAM";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };

    public static ChainScore Of(string step, string split, int images, LabelOverlaps overlaps) =>
        new(step, split, images, overlaps.MeanIntersectionOverUnion(), overlaps.PresentIntersectionOverUnion());

    /// <summary>A step in names of files and folders: <c>random-walk-crf</c>.</summary>
    public static string FileNameOf(string step) => string.Join('-', step.Split([' ', '+'], StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();

    public static void Write(string path, IReadOnlyList<ChainScore> scores) => File.WriteAllText(path, JsonSerializer.Serialize(scores, Format));

    /// <param name="masks">Of the split; as they are read now, since a stage's key has their pixels.</param>
    /// <exception cref="ExperimentException">The file is missing or damaged.</exception>
    public static IReadOnlyList<ChainScore> Read(string path, string? masks) => [.. Read(path).Select(score => score with { Masks = masks })];

    private static IReadOnlyList<ChainScore> Read(string path) => InputFile.Read(path, "scores", "run the stage again", () => JsonSerializer.Deserialize<List<ChainScore>>(File.ReadAllText(path), Format) ?? throw new InvalidDataException("it is null"));
}
