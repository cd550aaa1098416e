using Pole.Data.Imaging;
using Pole.Zoo.Cam;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference;

/// <summary>
/// Multi-scale CAMs of images (CVI-SZU/CLIMS, step/make_clims.py; each scale is resized from the image's bytes, as there). Images of one size go through the network together,
/// and their mirror images too, as many as the budget of pixels allows; an image that is larger goes by itself.
/// </summary>
/// <param name="pixelBudget">Pixels of a batch; null for what suits the device. What is held in between grows with it: about 2 kB a pixel with ResNet-50.</param>
public sealed class CamExtraction(CamNetwork network, CamOptions options, Device device, int? pixelBudget = null)
{
    /// <summary>Images that callers hand over at once: enough for some to be of one size, few enough to hold.</summary>
    public const int Chunk = 8;

    private const int CpuBudget = 1 << 16, GpuBudget = 1 << 22;

    private readonly int budget = pixelBudget ?? (device.type == DeviceType.CPU ? CpuBudget : GpuBudget);

    /// <param name="present">Classes to extract, ascending.</param>
    /// <returns>Normalised CAMs; the caller disposes them.</returns>
    public FusedCam Extract(RgbImage image, IReadOnlyList<int> present) => Extract([(image, present)])[0];

    public FusedCam Extract(ISample sample) => Extract(sample.LoadImage(), sample.PresentClasses);

    /// <param name="images">Each with the classes to extract, ascending, at least one.</param>
    /// <returns>In the same order; the caller disposes them.</returns>
    public IReadOnlyList<FusedCam> Extract(IReadOnlyList<(RgbImage Image, IReadOnlyList<int> Present)> images)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        network.eval();
        var cams = new FusedCam[images.Count];
        foreach (var size in Enumerable.Range(0, images.Count).GroupBy(index => (images[index].Image.Width, images[index].Image.Height)))
        foreach (var (index, cam) in size.Zip(ExtractOneSize([.. size.Select(index => images[index])]))) cams[index] = cam;
        foreach (var cam in cams) Keep(cam);
        return cams;
    }

    private List<FusedCam> ExtractOneSize(IReadOnlyList<(RgbImage Image, IReadOnlyList<int> Present)> images)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (images[0].Image.Height, images[0].Image.Width);
        var outputs = options.Scales.Select(scale => Outputs([.. images.Select(entry => entry.Image)], scale)).ToList();
        return [.. images.Select((entry, place) => Keep(CamFusion.Fuse([.. outputs.Select(output => output[place])], height, width, entry.Present)))];
    }

    private static FusedCam Keep(FusedCam cam)
    {
        cam.Strided.MoveToOuterDisposeScope();
        cam.HighResolution.MoveToOuterDisposeScope();
        return cam;
    }

    /// <returns>Rectified maps of every class, each image's and its mirror image's summed, one for each image.</returns>
    private List<Tensor> Outputs(IReadOnlyList<RgbImage> images, double scale)
    {
        using var scope = NewDisposeScope();
        var scaled = images.Select(image => ImageTensors.Normalised(PilResize.Rescale(image, scale)).to(device));
        var most = Math.Max(1, (int)(budget / (images[0].Width * images[0].Height * scale * scale)));
        var maps = scaled.SelectMany(image => new[] { image, image.flip(-1) }).Chunk(most).SelectMany(Maps).ToList();
        return [.. images.Select((_, index) => (maps[2 * index] + maps[2 * index + 1].flip(-1)).MoveToOuterDisposeScope())];
    }

    /// <returns><c>[K, h, w]</c> of each image.</returns>
    private List<Tensor> Maps(IReadOnlyList<Tensor> images)
    {
        using var scope = NewDisposeScope();
        return [.. network.Maps(stack(images, 0)).relu().unbind(0).Select(map => map.MoveToOuterDisposeScope())];
    }
}
