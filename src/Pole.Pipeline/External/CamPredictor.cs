using Pole.Data.Imaging;
using Pole.Pipeline.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.External;

/// <summary>CAMs of the classes that an image is said to have, which are owned. An image that is larger than a window is reduced to it, and its CAMs enlarged: they are normalised by the maximum over the whole image, which windows do not have.</summary>
/// <param name="classesOf">The classes of images, which are given as the network sees them.</param>
/// <param name="window">Longer side of the images that CAMs are made of, in pixels.</param>
public sealed class CamPredictor(ICamSource source, Func<IReadOnlyList<(string Id, RgbImage Image)>, IReadOnlyList<IReadOnlyList<int>>> classesOf, double threshold, int window) : IPredictor
{
    public (int Width, int Height) SeenSize(RgbImage image) => IsWhole(image, window) ? (image.Width, image.Height) : PilResize.RescaledSize(image, Factor(image, window));

    public IReadOnlyList<ImagePrediction> Predict(IReadOnlyList<(string Id, RgbImage Image)> images)
    {
        var seen = images.Select(entry => (entry.Id, Image: Fitted(entry.Image, window))).ToList();
        var cams = source.Of([.. seen.Zip(classesOf(seen), (entry, classes) => ((ISample)new GivenSample(entry.Id, entry.Image, classes), entry.Image))]);
        return [.. images.Zip(seen, cams).Select(entry => Prediction(entry.First.Image, entry.Second.Image, entry.Third))];
    }

    /// <summary>The image, reduced where its longer side is above the window.</summary>
    internal static RgbImage Fitted(RgbImage image, int window) => IsWhole(image, window) ? image : PilResize.Rescale(image, Factor(image, window));

    private static bool IsWhole(RgbImage image, int window) => Math.Max(image.Width, image.Height) <= window;

    private static double Factor(RgbImage image, int window) => window / (double)Math.Max(image.Width, image.Height);

    private ImagePrediction Prediction(RgbImage image, RgbImage seen, FusedCam? cam)
    {
        if (cam is null) return new ImagePrediction(new LabelMap(image.Width, image.Height, new byte[image.Width * image.Height]));
        if (seen != image) cam = Enlarged(cam, image);
        return new ImagePrediction(CamLabels.FromCams(cam.HighResolution, cam.Classes, threshold), cam);
    }

    public void Dispose() => source.Dispose();

    private static FusedCam Enlarged(FusedCam cam, RgbImage image)
    {
        using var small = cam;
        using var scope = NewDisposeScope();
        Tensor To(int height, int width) => nn.functional.interpolate(small.HighResolution.unsqueeze(0), [height, width], mode: InterpolationMode.Bilinear, align_corners: false)[0].MoveToOuterDisposeScope();
        return new FusedCam(cam.Classes, To(FusedCam.CellsOf(image.Height), FusedCam.CellsOf(image.Width)), To(image.Height, image.Width));
    }
}
