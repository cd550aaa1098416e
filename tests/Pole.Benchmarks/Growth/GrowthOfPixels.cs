using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Refinement;
using Pole.Zoo.Affinity;

namespace Pole.Benchmarks;

/// <summary>Of the pixels of an image, and of what is computed for each of them: refinement and outlines.</summary>
internal static class GrowthOfPixels
{
    private const int Labels = 21, Radius = 5, Steps = 256;

    /// <summary>Widths of images of 4 to 3, up to 1,000 × 750.</summary>
    private static readonly int[] Widths = [250, 500, 1_000];

    private static readonly int[] Pixels = [.. Widths.Select(width => width * HeightOf(width))];

    public static IEnumerable<GrowthSeries> All =>
    [
        new("outlines, smooth maps", "pixels", Pixels, pixels => Outlines(pixels, LabelMaps.Smooth)),
        new("outlines, noisy prediction", "pixels", Pixels, pixels => Outlines(pixels, LabelMaps.Noisy)),
        new("threshold sweep, two classes", "pixels", Pixels, pixels =>
        {
            var width = WidthOf(pixels);
            var (truth, cams, sweep) = (LabelMaps.Smooth(width, HeightOf(width), Labels, 0), LabelMaps.Cams(width, HeightOf(width), 2), new ThresholdSweep(Labels, [.. Enumerable.Range(0, 60).Select(step => step / 100.0)]));
            return () => sweep.Add(truth, cams, [3, 14]);
        }),
        new("dense CRF, three labels", "pixels", Pixels, pixels => Crf(WidthOf(pixels), 3)),
        new("dense CRF, 250 × 187", "labels", [3, 21, 81], labels => Crf(250, labels)),
        new("random walk, one map, radius 5", "pixels", Pixels, pixels => Walk(WidthOf(pixels), Radius, 1)),
        new("random walk of 500 × 375, radius 5", "maps", [1, 4, 16], maps => Walk(500, Radius, maps)),
        new("random walk of 500 × 375, one map", "radius", [5, 10, 20], radius => Walk(500, radius, 1)),
    ];

    private static int HeightOf(int width) => width * 3 / 4;

    private static int WidthOf(int pixels) => Widths.Single(width => width * HeightOf(width) == pixels);

    private static Action Outlines(int pixels, Func<int, int, int, int, LabelMap> predict)
    {
        var width = WidthOf(pixels);
        var (truth, prediction, score) = (LabelMaps.Smooth(width, HeightOf(width), Labels, 0), predict(width, HeightOf(width), Labels, width / 12), new BoundaryScore(Labels));
        return () => score.Add(truth, prediction);
    }

    /// <summary>On a photograph's slope of colours with a little noise.</summary>
    private static Action Crf(int width, int labels)
    {
        var (height, random) = (HeightOf(width), new Random(0));
        var image = new RgbImage(width, height, [.. Enumerable.Range(0, width * height * 3).Select(index => (byte)(index / 3 % width * 240 / width * (index % 3 + 1) / 3 + random.Next(12)))]);
        var probabilities = new float[labels * width * height];
        for (var index = 0; index < probabilities.Length; index++) probabilities[index] = index % width * labels / width == index / (width * height) ? 0.7f : 0.3f / (labels - 1);
        return () => DenseCrf.FromProbabilities(image, probabilities, labels, new DenseCrfOptions());
    }

    private static Action Walk(int width, int radius, int maps)
    {
        var (rows, columns, random) = (FusedCam.CellsOf(HeightOf(width)), FusedCam.CellsOf(width), new Random(0));
        float[] edges = [.. Enumerable.Range(0, rows * columns).Select(_ => random.NextSingle())], map = [.. Enumerable.Range(0, rows * columns).Select(_ => random.NextSingle())];
        return () =>
        {
            var walk = new RandomWalk(EdgeAffinities.Find(edges, rows, columns, radius), 10);
            for (var index = 0; index < maps; index++) _ = walk.Propagate(map, Steps);
        };
    }
}
