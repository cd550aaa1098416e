namespace Pole.Pipeline.External;

/// <summary>Label maps of images that no data set has.</summary>
public interface IPredictor : IDisposable
{
    /// <summary>Width and height of what the network sees of an image, in pixels: images of which it sees one size can go through it together.</summary>
    (int Width, int Height) SeenSize(RgbImage image);

    /// <param name="images">Of one seen size; the id is what labels may be given by.</param>
    /// <returns>In the same order; the caller disposes them.</returns>
    IReadOnlyList<ImagePrediction> Predict(IReadOnlyList<(string Id, RgbImage Image)> images);
}

/// <summary>What a network says of an image.</summary>
/// <param name="Labels">Of the image's size.</param>
/// <param name="Cam">The CAMs that the labels are made of; null for none.</param>
public sealed record ImagePrediction(LabelMap Labels, FusedCam? Cam = null) : IDisposable
{
    public void Dispose() => Cam?.Dispose();
}
