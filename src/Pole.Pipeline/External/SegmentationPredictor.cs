using Pole.Pipeline.Inference;

namespace Pole.Pipeline.External;

/// <summary>A segmentation network, which is owned; larger images are labelled in windows.</summary>
public sealed class SegmentationPredictor(SegmentationInference network, int window) : IPredictor
{
    private readonly WindowedLabels labels = new(network.Labels, window);

    public ImagePrediction Predict(string id, RgbImage image) => new(labels.Of(image));

    public void Dispose() => network.Dispose();
}
