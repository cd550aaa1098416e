using Pole.Data.Imaging;
using Pole.Zoo.Cam;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference;

/// <summary>Multi-scale CAMs of images (CVI-SZU/CLIMS, step/make_clims.py).</summary>
public sealed class CamExtraction(CamNetwork network, CamOptions options, Device device)
{
    /// <param name="image"><c>[3, H, W]</c>, ImageNet-normalised.</param>
    /// <param name="present">Classes to extract, ascending.</param>
    /// <returns>Normalised CAMs; the caller disposes them.</returns>
    public FusedCam Extract(Tensor image, IReadOnlyList<int> present)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        network.eval();
        var (height, width) = (image.shape[1], image.shape[2]);
        var batch = image.to(device).unsqueeze(0);
        var outputs = options.Scales.Select(scale => network.CamWithMirror(scale == 1
            ? batch
            : nn.functional.interpolate(batch, [(long)Math.Round(height * scale), (long)Math.Round(width * scale)], mode: InterpolationMode.Bicubic, align_corners: false))).ToList();
        var cam = CamFusion.Fuse(outputs, (int)height, (int)width, present);
        return new FusedCam(cam.Classes, cam.Strided.MoveToOuterDisposeScope(), cam.HighResolution.MoveToOuterDisposeScope());
    }

    public FusedCam Extract(ISample sample)
    {
        using var scope = NewDisposeScope();
        var cam = Extract(ImageTensors.Normalised(sample.LoadImage()), sample.PresentClasses);
        return new FusedCam(cam.Classes, cam.Strided.MoveToOuterDisposeScope(), cam.HighResolution.MoveToOuterDisposeScope());
    }
}
