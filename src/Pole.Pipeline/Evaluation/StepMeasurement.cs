using Pole.Pipeline.Artifacts;

namespace Pole.Pipeline.Evaluation;

/// <summary>Measures the label maps of one step of the chain, image by image.</summary>
/// <param name="step">CAM, random walk, segmentation, segmentation + CRF.</param>
internal sealed class StepMeasurement(string step, MetricSet metrics)
{
    private readonly List<ImageScore> images = [];
    private readonly MetricCounts counts = new(metrics);

    public ImageScore Add(string image, LabelMap truth, LabelMap prediction)
    {
        var own = new ConfusionMatrix(metrics.Labels);
        own.Add(truth, prediction);
        images.Add(ImageScore.Of(image, own));
        counts.Add(truth, prediction);
        return images[^1];
    }

    /// <summary>Writes what the images add to the score.</summary>
    public void Write(string folder)
    {
        ImageScore.Write(Path.Combine(folder, ImageScore.FileOf(step)), images);
        counts.Write(Path.Combine(folder, FileOf(step)));
    }

    /// <summary>The step's score over every block; writes what each image adds to it.</summary>
    public static ChainScore Score(string step, string split, MetricSet metrics, DoneBlocks blocks)
    {
        var images = 0;
        var overlaps = new LabelOverlaps(metrics.Labels);
        ImageScore.Write(Path.Combine(blocks.Folder, ImageScore.FileOf(step)), blocks.Files(ImageScore.FileOf(step)).SelectMany(ImageScore.Read).Select(image =>
        {
            images++;
            overlaps.Add(image);
            return image;
        }));
        return ChainScore.Of(step, split, images, overlaps) with { Metrics = metrics.Values(blocks, FileOf(step)) };
    }

    private static string FileOf(string step) => $"metrics.{ChainScore.FileNameOf(step)}.json";
}
