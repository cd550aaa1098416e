using Pole.Zoo.Cam;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference;

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
