namespace Pole;

/// <summary>Where the CAMs of images come from.</summary>
public interface ICamSource : IDisposable
{
    /// <returns>The CAMs, which the caller disposes; null where no class is present.</returns>
    FusedCam? Of(ISample sample, RgbImage image);

    /// <summary>The same of several images, together where that is faster.</summary>
    IReadOnlyList<FusedCam?> Of(IReadOnlyList<(ISample Sample, RgbImage Image)> images) => [.. images.Select(entry => Of(entry.Sample, entry.Image))];
}
