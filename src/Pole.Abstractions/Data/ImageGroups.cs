namespace Pole;

/// <summary>Images that are worked on at the same time, as many as a fixed amount of memory holds.</summary>
public static class ImageGroups
{
    /// <summary>A photograph of VOC.</summary>
    private const long Photograph = 500 * 375;

    /// <summary>Of small images: enough for every core, and few to hold.</summary>
    private const int MostImages = 64;

    /// <param name="items">Asked for as the groups are.</param>
    /// <param name="photographs">The budget, in pixels of a photograph of 500 × 375.</param>
    /// <returns>Groups of consecutive items within the budget, of 64 at most; an image beyond it is a group of its own.</returns>
    public static IEnumerable<IReadOnlyList<(ISample Sample, RgbImage Image)>> Within(int photographs, IEnumerable<ISample> items)
    {
        var (group, pixels) = (new List<(ISample, RgbImage)>(), 0L);
        foreach (var sample in items)
        {
            var image = sample.LoadImage();
            var own = (long)image.Width * image.Height;
            if (group.Count == MostImages || group.Count > 0 && pixels + own > photographs * Photograph)
            {
                yield return group;
                (group, pixels) = ([], 0);
            }

            group.Add((sample, image));
            pixels += own;
        }

        if (group.Count > 0) yield return group;
    }
}
