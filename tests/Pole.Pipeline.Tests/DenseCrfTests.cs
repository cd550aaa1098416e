using CsCheck;
using Pole.Pipeline.Refinement;

namespace Pole.Pipeline.Tests;

public sealed class DenseCrfTests
{
    private static readonly int[] LabelCounts = [1, 2, 3, 4, 5, 8, 9, 21];

    /// <summary>From ten thousand pixels a deviation to a hundredth of a pixel, where coordinates do not fit into 64 bits.</summary>
    private static readonly Gen<double> Deviations = OneOf(0.01, 0.05, 0.3, 1, 3, 50, 10_000);

    private static readonly Gen<DenseCrfOptions> Options = Gen.Select(Gen.Int[0, 3], Deviations, Deviations, Deviations, OneOf(0.0, 1, 3), OneOf(0.0, 4, 10)).Select((iterations, position, bilateral, colour, weight, bilateralWeight) =>
        new DenseCrfOptions { Iterations = iterations, PositionDeviation = position, BilateralPositionDeviation = bilateral, BilateralColourDeviation = colour, PositionWeight = weight, BilateralWeight = bilateralWeight });

    private static readonly Gen<(RgbImage Image, float[] Probabilities, int Labels)> Inputs =
        Gen.Select(Gen.Int[1, 21], Gen.Int[1, 17], OneOf(LabelCounts), Gen.Int[1, 256], Gen.Int[0, int.MaxValue]).Select((width, height, labels, colours, seed) => Input(width, height, labels, colours, seed));

    [Test]
    public void Marginals_are_those_of_the_naive_form() => Gen.Select(Inputs, Options).Sample((input, options) => AreEqual(input, options), iter: 60, threads: 1);

    [TestCase(1, 1)]
    [TestCase(255, 2)]
    [TestCase(257, 1)]
    [TestCase(1, 513)]
    public void Every_pixel_of_every_block_counts(int width, int height)
    {
        foreach (var labels in LabelCounts)
            Assert.That(AreEqual(Input(width, height, labels, 40, labels), new DenseCrfOptions { Iterations = 2 }), $"{labels} labels");
    }

    [TestCase(0.02, 5)]
    [TestCase(50, 0.05)]
    [TestCase(0.01, 0.01)]
    public void Vertices_far_from_each_other_stay_apart_where_64_bits_do_not_hold_their_coordinates(double position, double colour)
    {
        var input = Input(40, 9, 3, 256, 1);
        Assert.That(LatticeKeys<ulong>.Suit(PixelFeatures.OfAppearance(input.Image, position, colour)), Is.False);
        Assert.That(AreEqual(input, new DenseCrfOptions { BilateralPositionDeviation = position, BilateralColourDeviation = colour, Iterations = 3 }));
    }

    [Test]
    public void The_lattice_does_not_depend_on_the_width_of_its_keys() =>
        Gen.Select(Inputs, OneOf(1.0, 3, 50), OneOf(1.0, 5, 40)).Sample((input, position, colour) =>
        {
            var features = PixelFeatures.OfAppearance(input.Image, position, colour);
            using var narrow = PermutohedralLattice.Of<ulong>(features);
            using var wide = PermutohedralLattice.Of<UInt128>(features);
            var corners = features.Points * narrow.Corners;

            return narrow.Count == wide.Count && narrow.Vertices.AsSpan(0, corners).SequenceEqual(wide.Vertices.AsSpan(0, corners)) && narrow.Weights.AsSpan(0, corners).SequenceEqual(wide.Weights.AsSpan(0, corners))
                && narrow.Neighbours.AsSpan(0, narrow.Corners * narrow.Count * 2).SequenceEqual(wide.Neighbours.AsSpan(0, narrow.Corners * narrow.Count * 2));
        }, iter: 40, threads: 1);

    [Test]
    public void Pixels_too_far_apart_for_single_precision_are_an_error()
    {
        var image = new RgbImage(400_000, 1, new byte[3 * 400_000]);

        Assert.That(() => DenseCrf.FromLabels(image, new byte[400_000], 2, new DenseCrfOptions { BilateralPositionDeviation = 0.01 }),
            Throws.InstanceOf<ExperimentException>().With.Message.Contains("standard deviations of the dense CRF apart").And.Message.Contains("raise the deviations"));
    }

    [Test]
    public void A_label_without_probability_gets_none()
    {
        var (image, probabilities, _) = Input(9, 5, 2, 256, 3);
        var marginals = DenseCrf.FromProbabilities(image, [.. probabilities, .. new float[9 * 5]], 3, new DenseCrfOptions());

        Assert.That(marginals.Where((_, index) => index % 3 == 2), Is.All.Zero);
        Assert.That(marginals.Chunk(3).Select(pixel => pixel.Sum()), Is.All.EqualTo(1f).Within(1e-6));
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    /// <summary>Within rounding, which iterations amplify at pixels between two labels: a wrong weight or vertex is off by a hundredth and more.</summary>
    private static bool AreEqual((RgbImage Image, float[] Probabilities, int Labels) input, DenseCrfOptions options) =>
        DenseCrf.FromProbabilities(input.Image, input.Probabilities, input.Labels, options).Zip(NaiveDenseCrf.Infer(input.Image, input.Probabilities, input.Labels, options), (one, other) => Math.Abs(one - other)).All(difference => difference <= 2e-4);

    /// <param name="colours">Few make pixels share vertices, many do not.</param>
    private static (RgbImage Image, float[] Probabilities, int Labels) Input(int width, int height, int labels, int colours, int seed)
    {
        var random = new Random(seed);
        var (pixels, scores) = (width * height, new float[labels * width * height]);
        foreach (ref var score in scores.AsSpan()) score = 0.05f + random.NextSingle();
        var probabilities = scores.Select((score, index) => score / Enumerable.Range(0, labels).Sum(label => scores[label * pixels + index % pixels])).ToArray();
        return (new RgbImage(width, height, [.. Enumerable.Range(0, pixels * 3).Select(_ => (byte)random.Next(colours))]), probabilities, labels);
    }
}
