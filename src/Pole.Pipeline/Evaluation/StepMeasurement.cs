namespace Pole.Pipeline.Evaluation;

/// <summary>Measures the label maps of one step of the chain, image by image.</summary>
/// <param name="step">CAM, random walk, segmentation, segmentation + CRF.</param>
/// <param name="labels">Classes and background.</param>
internal sealed class StepMeasurement(string step, int labels)
{
    private readonly List<ImageScore> images = [];

    public ConfusionMatrix Confusion { get; } = new(labels);

    public void Add(string image, LabelMap truth, LabelMap prediction)
    {
        var own = new ConfusionMatrix(labels);
        own.Add(truth, prediction);
        Confusion.Add(own);
        images.Add(ImageScore.Of(image, own));
    }

    public ChainScore Score(string split) => ChainScore.Of(step, split, images.Count, Confusion);

    /// <summary>Writes what each image adds to the score.</summary>
    public void WriteImages(string folder) => ImageScore.Write(Path.Combine(folder, ImageScore.FileOf(step)), images);
}
