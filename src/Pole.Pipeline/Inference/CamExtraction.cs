using Pole.Data.Imaging;
using Pole.Zoo.Cam;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference;

/// <summary>Multi-scale CAMs of images (CVI-SZU/CLIMS, step/make_clims.py; each scale is resized from the image's bytes, as there).</summary>
public sealed class CamExtraction(CamNetwork network, CamOptions options, Device device)
{
    /// <param name="present">Classes to extract, ascending.</param>
    /// <returns>Normalised CAMs; the caller disposes them.</returns>
    public FusedCam Extract(RgbImage image, IReadOnlyList<int> present)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        network.eval();
        var outputs = options.Scales.Select(scale => network.CamWithMirror(ImageTensors.Normalised(PilResize.Rescale(image, scale)).to(device))).ToList();
        var cam = CamFusion.Fuse(outputs, image.Height, image.Width, present);
        return new FusedCam(cam.Classes, cam.Strided.MoveToOuterDisposeScope(), cam.HighResolution.MoveToOuterDisposeScope());
    }

    public FusedCam Extract(ISample sample) => Extract(sample.LoadImage(), sample.PresentClasses);
}
