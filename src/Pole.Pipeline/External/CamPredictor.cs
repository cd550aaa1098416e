using Pole.Data.Imaging;
using Pole.Pipeline.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.External;

/// <summary>CAMs of the classes that an image is said to have, which are owned. An image that is larger than a window is reduced to it, and its CAMs enlarged: they are normalised by the maximum over the whole image, which windows do not have.</summary>
/// <param name="classesOf">The classes of an image.</param>
/// <param name="window">Longer side of the images that CAMs are made of, in pixels.</param>
public sealed class CamPredictor(ICamSource source, Func<string, RgbImage, IReadOnlyList<int>> classesOf, double threshold, int window) : IPredictor
{
    public ImagePrediction Predict(string id, RgbImage image)
    {
        var seen = Fitted(image, window);
        var cam = source.Of(new GivenSample(id, seen, classesOf(id, seen)), seen);
        if (cam is null) return new ImagePrediction(new LabelMap(image.Width, image.Height, new byte[image.Width * image.Height]));
        if (seen != image) cam = Enlarged(cam, image);
        return new ImagePrediction(CamLabels.FromCams(cam.HighResolution, cam.Classes, threshold), cam);
    }

    /// <summary>The image, reduced where its longer side is above the window.</summary>
    internal static RgbImage Fitted(RgbImage image, int window) => Math.Max(image.Width, image.Height) is var side && side <= window ? image : PilResize.Rescale(image, window / (double)side);

    public void Dispose() => source.Dispose();

    private static FusedCam Enlarged(FusedCam cam, RgbImage image)
    {
        using var small = cam;
        using var scope = NewDisposeScope();
        Tensor To(int height, int width) => nn.functional.interpolate(small.HighResolution.unsqueeze(0), [height, width], mode: InterpolationMode.Bilinear, align_corners: false)[0].MoveToOuterDisposeScope();
        return new FusedCam(cam.Classes, To((image.Height + FusedCam.Stride - 1) / FusedCam.Stride, (image.Width + FusedCam.Stride - 1) / FusedCam.Stride), To(image.Height, image.Width));
    }

    /// <summary>An image of no data set.</summary>
    private sealed class GivenSample(string id, RgbImage image, IReadOnlyList<int> present) : ISample
    {
        public string Id => id;

        public IReadOnlyList<int> PresentClasses => present;

        public bool HasLabels => false;

        public RgbImage LoadImage() => image;

        public LabelMap LoadLabels() => throw new ExperimentException($"there is no label map of {id}");
    }
}
