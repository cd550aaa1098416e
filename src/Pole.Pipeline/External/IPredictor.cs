namespace Pole.Pipeline.External;

/// <summary>Label maps of images that no data set has.</summary>
public interface IPredictor : IDisposable
{
    /// <param name="id">Of the image, which labels may be given by.</param>
    /// <returns>The caller disposes it.</returns>
    ImagePrediction Predict(string id, RgbImage image);
}

/// <summary>What a network says of an image.</summary>
/// <param name="Labels">Of the image's size.</param>
/// <param name="Cam">The CAMs that the labels are made of; null for none.</param>
public sealed record ImagePrediction(LabelMap Labels, FusedCam? Cam = null) : IDisposable
{
    public void Dispose() => Cam?.Dispose();
}
