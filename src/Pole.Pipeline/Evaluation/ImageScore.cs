using System.Text.Json;

namespace Pole.Pipeline.Evaluation;

/// <summary>What one image adds to a score: mIoU is the mean over labels of summed intersections over summed unions, so any set of images can be scored from these.</summary>
/// <param name="Labels">Labels that are true or predicted somewhere in the image, ascending.</param>
/// <param name="Intersection">Pixels of each that are both.</param>
/// <param name="Union">Pixels of each that are either.</param>
public sealed record ImageScore(string Image, IReadOnlyList<int> Labels, IReadOnlyList<long> Intersection, IReadOnlyList<long> Union)
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };

    /// <summary>Mean IoU of the image's labels, 0…1; NaN where every pixel is ignored.</summary>
    public double MeanIou() => Labels.Count == 0 ? double.NaN : Labels.Select((_, index) => (double)Intersection[index] / Union[index]).Average();

    public static ImageScore Of(string image, ConfusionMatrix confusion)
    {
        var all = Enumerable.Range(0, confusion.Labels).Select(label => (Label: label, confusion.Overlap(label).Intersection, confusion.Overlap(label).Union)).Where(entry => entry.Union > 0).ToList();
        return new ImageScore(image, [.. all.Select(entry => entry.Label)], [.. all.Select(entry => entry.Intersection)], [.. all.Select(entry => entry.Union)]);
    }

    /// <summary>JSON lines.</summary>
    public static void Write(string path, IEnumerable<ImageScore> scores) => File.WriteAllLines(path, scores.Select(score => JsonSerializer.Serialize(score, Format)));

    public static IReadOnlyList<ImageScore> Read(string path) => [.. File.ReadLines(path).Select(line => JsonSerializer.Deserialize<ImageScore>(line, Format)!)];

    /// <summary>The file of one step of the chain: <c>images.random-walk-crf.jsonl</c>.</summary>
    public static string FileOf(string step) => $"images.{string.Join('-', step.Split([' ', '+'], StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant()}.jsonl";
}
