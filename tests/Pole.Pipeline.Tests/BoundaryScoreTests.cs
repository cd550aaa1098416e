using CsCheck;
using Pole.Pipeline.Evaluation;

namespace Pole.Pipeline.Tests;

public sealed class BoundaryScoreTests
{
    private const int Labels = 4;

    /// <summary>Rectangles on a background, with some noise: outlines of all densities. Label 4 is none of the score's, 255 is ignored.</summary>
    private static readonly Gen<(LabelMap Truth, LabelMap Prediction)> Maps =
        Gen.Select(Gen.Int[1, 30], Gen.Int[1, 30], Gen.Int[0, 6], Gen.Double[0, 1], Gen.Int[0, int.MaxValue]).Select((width, height, rectangles, noise, seed) =>
        {
            var random = new Random(seed);
            return (Map(), Map());

            LabelMap Map()
            {
                byte[] values = [0, 1, 2, 3, 4, LabelMap.Ignored];
                var labels = new byte[width * height];
                for (var rectangle = 0; rectangle < rectangles; rectangle++)
                {
                    var (label, left, top, right, bottom) = (values[random.Next(values.Length)], random.Next(width), random.Next(height), random.Next(width + 1), random.Next(height + 1));
                    for (var row = top; row < bottom; row++)
                    for (var column = left; column < right; column++) labels[row * width + column] = label;
                }

                foreach (ref var label in labels.AsSpan())
                    if (random.NextDouble() < noise * noise) label = values[random.Next(values.Length)];
                return new LabelMap(width, height, labels);
            }
        });

    [Test]
    public void Counts_are_those_of_a_search_around_every_boundary_pixel() => Gen.Select(Maps, Gen.OneOf(Gen.Double[0.0001, 0.5], Gen.Const(0.0075))).Sample((maps, tolerance) =>
    {
        var score = new BoundaryScore(Labels, tolerance);
        score.Add(maps.Truth, maps.Prediction);

        return score.Counts.SequenceEqual(Search(maps.Truth, maps.Prediction, tolerance));
    }, iter: 300);

    private static List<long> Search(LabelMap truth, LabelMap prediction, double tolerance)
    {
        var radius = Math.Max(1, (int)Math.Round(tolerance * Math.Sqrt((double)truth.Width * truth.Width + (double)truth.Height * truth.Height)));
        var counts = new long[4 * Labels];
        for (var label = 0; label < Labels; label++)
        {
            var (guesses, outlines) = (Boundary(prediction, label), Boundary(truth, label));
            (counts[label], counts[Labels + label]) = (guesses.Count, guesses.Count(pixel => outlines.Any(other => IsNear(pixel, other))));
            (counts[2 * Labels + label], counts[3 * Labels + label]) = (outlines.Count, outlines.Count(pixel => guesses.Any(other => IsNear(pixel, other))));
        }

        return [.. counts];

        bool IsNear((int X, int Y) one, (int X, int Y) other) => (one.X - other.X) * (one.X - other.X) + (one.Y - other.Y) * (one.Y - other.Y) <= radius * radius;

        List<(int X, int Y)> Boundary(LabelMap map, int label) =>
        [
            .. Enumerable.Range(0, map.Labels.Length).Select(pixel => (X: pixel % map.Width, Y: pixel / map.Width))
                .Where(pixel => Label(map, pixel) == label && Neighbours(pixel).Select(neighbour => Label(map, neighbour)).Any(other => other is { } known && known != label)),
        ];

        // None outside, and none where the truth is ignored.
        byte? Label(LabelMap map, (int X, int Y) pixel) =>
            pixel.X >= 0 && pixel.Y >= 0 && pixel.X < map.Width && pixel.Y < map.Height && truth.Labels[pixel.Y * map.Width + pixel.X] != LabelMap.Ignored ? map.Labels[pixel.Y * map.Width + pixel.X] : null;

        static (int X, int Y)[] Neighbours((int X, int Y) pixel) => [(pixel.X - 1, pixel.Y), (pixel.X + 1, pixel.Y), (pixel.X, pixel.Y - 1), (pixel.X, pixel.Y + 1)];
    }
}
