using Pole.Pipeline.Inference;

namespace Pole.Pipeline.External;

/// <summary>A segmentation network, which is owned; larger images are labelled in windows.</summary>
/// <param name="window">Side, in pixels.</param>
/// <param name="batch">Images or windows that go through the network together at most.</param>
public sealed class SegmentationPredictor(SegmentationInference network, int window, int batch) : IPredictor
{
    private readonly WindowedLabels labels = new(network.Labels, window, batch);

    public (int Width, int Height) SeenSize(RgbImage image) => (image.Width, image.Height);

    public IReadOnlyList<ImagePrediction> Predict(IReadOnlyList<(string Id, RgbImage Image)> images) => [.. labels.Of([.. images.Select(entry => entry.Image)]).Select(map => new ImagePrediction(map))];

    public void Dispose() => network.Dispose();
}
