using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Evaluation;

namespace Pole.Benchmarks;

/// <summary>Of the number of images and classes: what adds up scores, and what puts blocks of images together. Label maps are bytes, so that there are 254 classes at most.</summary>
internal static class GrowthOfScores
{
    private const int Labels = 21, Width = 96, Height = 72;

    private static readonly int[] Images = [1_000, 10_000, 82_000], Classes = [20, 80, 254];

    public static IEnumerable<GrowthSeries> All =>
    [
        new("confusion matrix and score of each image of 96 × 72", "images", [100, 1_000, 10_000], images =>
        {
            var (truth, prediction) = (LabelMaps.Smooth(Width, Height, Labels, 0), LabelMaps.Smooth(Width, Height, Labels, 8));
            return () =>
            {
                for (var image = 0; image < images; image++) _ = Score(truth, prediction, Labels);
            };
        }),
        new("confusion matrix and score of an image of 500 × 375", "classes", Classes, classes =>
        {
            var (truth, prediction) = (LabelMaps.Smooth(500, 375, Labels, 0), LabelMaps.Smooth(500, 375, Labels, 8));
            return () => _ = Score(truth, prediction, classes + 1);
        }),
        new("sixty thresholds, eight images of 500 × 375 and their confusion matrices", "classes", Classes, classes =>
        {
            var (truth, cams) = (LabelMaps.Smooth(500, 375, Labels, 0), LabelMaps.Cams(500, 375, 2));
            return () =>
            {
                var sweep = new ThresholdSweep(classes + 1, [.. Enumerable.Range(0, 60).Select(step => step / 100.0)]);
                for (var image = 0; image < 8; image++) sweep.Add(truth, cams, [3, 14]);
                _ = sweep.Results().Max(result => result.Confusion.MeanIntersectionOverUnion());
            };
        }),
        new("scores of images, written and read", "images", Images, images =>
        {
            var path = Path.Combine(Growth.NewFolder(), "images.jsonl");
            List<ImageScore> scores = [.. Enumerable.Range(0, images).Select(image => new ImageScore($"image-{image:d6}", [0, 3, 14], [image, 20, 30], [image + 10, 40, 50]))];
            return () =>
            {
                ImageScore.Write(path, scores);
                _ = ImageScore.Read(path).Count;
            };
        }),
        new("an image stage in blocks of 128, a file an image, put together with digests", "images", Images, images =>
        {
            var (root, runs) = (Growth.NewFolder(), 0);
            return () => Blocks(root, images, ++runs);
        }),
    ];

    private static ImageScore Score(LabelMap truth, LabelMap prediction, int labels)
    {
        var confusion = new ConfusionMatrix(labels);
        confusion.Add(truth, prediction);
        return ImageScore.Of("image", confusion);
    }

    private static void Blocks(string root, int images, int run)
    {
        var key = new StageKey("masks", 1, new Dictionary<string, object?> { ["run"] = run }, new Dictionary<string, string>(), new Dictionary<string, string>(), new Dictionary<string, object>());
        var folder = new StageStore(root, new NoProgress()).GetOrProduceByImages(key, images, null, blocks =>
        {
            foreach (var block in blocks)
            {
                for (var image = 0; image < block.Count; image++) File.WriteAllText(Path.Combine(block.ResultFolder, $"{block.First + image:d6}.txt"), "mask");
                File.WriteAllText(Path.Combine(block.PartFolder, "count.txt"), $"{block.Count}");
            }
        }, blocks => File.WriteAllText(Path.Combine(blocks.Folder, "count.txt"), $"{blocks.Files("count.txt").Sum(file => int.Parse(File.ReadAllText(file)))}"));
        Directory.Delete(folder!, recursive: true);
    }
}
