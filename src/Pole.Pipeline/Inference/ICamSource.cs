using Pole.Zoo.Cam;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference;

/// <summary>Where the CAMs of images come from.</summary>
public interface ICamSource : IDisposable
{
    /// <returns>The CAMs, which the caller disposes; null where no class is present.</returns>
    FusedCam? Of(ISample sample, RgbImage image);

    /// <summary>The same of several images, together where that is faster.</summary>
    IReadOnlyList<FusedCam?> Of(IReadOnlyList<(ISample Sample, RgbImage Image)> images) => [.. images.Select(entry => Of(entry.Sample, entry.Image))];
}

/// <summary>CAMs of a network, which is owned.</summary>
public sealed class NetworkCams(CamNetwork network, CamOptions options, Device device) : ICamSource
{
    private readonly CamExtraction extraction = new(network, options, device);

    public FusedCam? Of(ISample sample, RgbImage image) => sample.PresentClasses.Count == 0 ? null : extraction.Extract(image, sample.PresentClasses);

    public IReadOnlyList<FusedCam?> Of(IReadOnlyList<(ISample Sample, RgbImage Image)> images)
    {
        var cams = new Queue<FusedCam>(extraction.Extract([.. images.Where(entry => entry.Sample.PresentClasses.Count > 0).Select(entry => (entry.Image, entry.Sample.PresentClasses))]));
        return [.. images.Select(entry => entry.Sample.PresentClasses.Count == 0 ? null : cams.Dequeue())];
    }

    public void Dispose() => network.Dispose();
}

/// <summary>CAMs in files, ID.npy (<see cref="CamFile"/>).</summary>
/// <param name="classes">Number of classes of the data set.</param>
public sealed class FileCams(string folder, int classes) : ICamSource
{
    /// <exception cref="ExperimentException">The file is missing or damaged, or its maps are not of the image's size; names it.</exception>
    public FusedCam? Of(ISample sample, RgbImage image)
    {
        var cam = CamFile.Read(FileOf(sample.Id), classes, image);
        if (cam.Classes.Count > 0) return cam;
        cam.Dispose();
        return null;
    }

    public string FileOf(string id) => Path.Combine(folder, $"{id}.npy");

    public void Dispose()
    {
    }
}
