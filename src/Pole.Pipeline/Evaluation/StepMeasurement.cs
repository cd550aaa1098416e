using Pole.Pipeline.Artifacts;

namespace Pole.Pipeline.Evaluation;

/// <summary>Measures the label maps of one step of the chain, image by image.</summary>
/// <param name="step">CAM, random walk, segmentation, segmentation + CRF.</param>
/// <param name="labels">Classes and background.</param>
internal sealed class StepMeasurement(string step, int labels)
{
    private readonly List<ImageScore> images = [];

    public ImageScore Add(string image, LabelMap truth, LabelMap prediction)
    {
        var own = new ConfusionMatrix(labels);
        own.Add(truth, prediction);
        images.Add(ImageScore.Of(image, own));
        return images[^1];
    }

    /// <summary>Writes what each image adds to the score.</summary>
    public void WriteImages(string folder) => ImageScore.Write(Path.Combine(folder, ImageScore.FileOf(step)), images);

    /// <summary>The step's score over every block.</summary>
    public static ChainScore Score(string step, string split, int labels, DoneBlocks blocks)
    {
        var (images, overlaps) = Merge(step, labels, blocks);
        return ChainScore.Of(step, split, images, overlaps);
    }

    /// <summary>Puts together what the images of every block add to the score, and sums it.</summary>
    public static (int Images, LabelOverlaps Overlaps) Merge(string step, int labels, DoneBlocks blocks)
    {
        var images = 0;
        var overlaps = new LabelOverlaps(labels);
        ImageScore.Write(Path.Combine(blocks.Folder, ImageScore.FileOf(step)), blocks.Files(ImageScore.FileOf(step)).SelectMany(ImageScore.Read).Select(image =>
        {
            images++;
            overlaps.Add(image);
            return image;
        }));
        return (images, overlaps);
    }
}
