using System.Text.Json;

namespace Pole.Pipeline.Evaluation;

/// <summary>What one image adds to a score: mIoU is the mean over labels of summed intersections over summed unions, so any set of images can be scored from these.</summary>
/// <param name="Labels">Labels that are true or predicted somewhere in the image, ascending.</param>
/// <param name="Intersection">Pixels of each that are both.</param>
/// <param name="Union">Pixels of each that are either.</param>
public sealed record ImageScore(string Image, IReadOnlyList<int> Labels, IReadOnlyList<long> Intersection, IReadOnlyList<long> Union)
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Mean IoU of the image's labels, 0…1; NaN where every pixel is ignored.</summary>
    public double MeanIou() => Labels.Count == 0 ? double.NaN : Labels.Select((_, index) => (double)Intersection[index] / Union[index]).Average();

    public static ImageScore Of(string image, ConfusionMatrix confusion)
    {
        var all = Enumerable.Range(0, confusion.Labels).Select(label => (Label: label, confusion.Overlap(label).Intersection, confusion.Overlap(label).Union)).Where(entry => entry.Union > 0).ToList();
        return new ImageScore(image, [.. all.Select(entry => entry.Label)], [.. all.Select(entry => entry.Intersection)], [.. all.Select(entry => entry.Union)]);
    }

    /// <summary>JSON lines.</summary>
    public static void Write(string path, IEnumerable<ImageScore> scores) => File.WriteAllLines(path, scores.Select(score => JsonSerializer.Serialize(score, Format)));

    /// <exception cref="ExperimentException">The file is missing or damaged.</exception>
    public static IReadOnlyList<ImageScore> Read(string path) => InputFile.Read<IReadOnlyList<ImageScore>>(path, "scores of images", "run the experiment again", () => [.. File.ReadLines(path).Select(line => Checked(JsonSerializer.Deserialize<ImageScore>(line, Format)))]);

    private static ImageScore Checked(ImageScore? score)
    {
        if (score is null || score.Labels.Count != score.Intersection.Count || score.Labels.Count != score.Union.Count) throw new InvalidDataException("a line does not have an intersection and a union for each label");
        return score.Labels.All(label => label is >= 0 and <= byte.MaxValue) && score.Union.All(union => union > 0) ? score : throw new InvalidDataException($"image '{score.Image}' has labels or unions that cannot be");
    }

    /// <summary>The file of one step of the chain: <c>images.random-walk-crf.jsonl</c>.</summary>
    public static string FileOf(string step) => $"images.{ChainScore.FileNameOf(step)}.jsonl";
}
