namespace Pole.Pipeline.Evaluation;

/// <summary>Names the ground truth that images were scored against.</summary>
internal static class MeasuredMasks
{
    /// <returns><c>SegmentationClass</c>; with numbers of images where there are several, the most frequent first; null where the samples do not say.</returns>
    public static string? Of(IEnumerable<ISample> samples)
    {
        var groups = samples.Where(sample => sample.HasLabels).Select(sample => sample.Masks).OfType<string>().GroupBy(masks => masks).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).ToList();
        return groups.Count switch
        {
            0 => null,
            1 => groups[0].Key,
            _ => string.Join(", ", groups.Select(group => $"{group.Key} ({group.Count()} images)")),
        };
    }
}
