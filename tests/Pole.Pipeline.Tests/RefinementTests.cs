using CsCheck;
using Pole.Pipeline.Refinement;
using Pole.Zoo.Affinity;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

public sealed class RefinementTests
{
    private static readonly DenseCrfOptions Crf = new() { PositionDeviation = 2, BilateralPositionDeviation = 4, BilateralColourDeviation = 40, BilateralWeight = 3, PositionWeight = 1, Iterations = 3 };

    /// <summary>The lattice approximates the kernels: single pixels may differ, most do not.</summary>
    [Test]
    public void The_CRF_is_close_to_exact_mean_field_on_small_images() =>
        Gen.Select(Gen.Int[4, 9], Gen.Int[4, 9], Gen.Int[-12, 12].Array[6], Gen.Byte[0, 20].Array[9 * 9 * 3], Gen.Float[0.05f, 1f].Array[9 * 9 * 3]).Sample((width, height, slopes, noise, scores) =>
        {
            // Smooth with a little noise, as photographs are: where every pixel has a colour of its own, the lattice is far from exact by design.
            var pixels = Enumerable.Range(0, width * height * 3).Select(index => (byte)Math.Clamp(100 + slopes[index % 3] * (index / 3 % width) + slopes[3 + index % 3] * (index / 3 / width) + noise[index], 0, 255));
            var (image, count) = (new RgbImage(width, height, [.. pixels]), width * height);
            var probabilities = Enumerable.Range(0, 3 * count).Select(index => scores[index] / Enumerable.Range(0, 3).Sum(label => scores[label * count + index % count])).ToArray();

            var difference = DenseCrf.FromProbabilities(image, probabilities, 3, Crf).Zip(ExactMeanField.Infer(image, probabilities, 3, Crf), (one, other) => Math.Abs(one - other)).Average();

            return difference < 0.05;
        }, iter: 60);

    [Test]
    public void Iterations_of_the_CRF_and_steps_of_the_walk_allocate_nothing()
    {
        const int side = 32;
        var noise = new Random(0);
        var image = new RgbImage(side, side, [.. Enumerable.Range(0, side * side * 3).Select(_ => (byte)noise.Next(256))]);
        var probabilities = Enumerable.Repeat(1 / 3f, 3 * side * side).ToArray();
        var map = Enumerable.Range(0, side * side).Select(_ => noise.NextSingle()).ToArray();
        var walk = new RandomWalk(EdgeAffinities.Find(map, side, side, radius: 5), beta: 10);

        Assert.That(Allocated(() => DenseCrf.FromProbabilities(image, probabilities, 3, Crf with { Iterations = 12 })), Is.EqualTo(Allocated(() => DenseCrf.FromProbabilities(image, probabilities, 3, Crf with { Iterations = 2 }))));
        Assert.That(Allocated(() => walk.Propagate(map, 256)), Is.EqualTo(Allocated(() => walk.Propagate(map, 2))));

        // A collection in between counts the rest of the thread's allocation context (up to 8 KB) as allocated: the fewest of some calls had none.
        static long Allocated(Action work) => Enumerable.Range(0, 6).Select(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }).Min();
    }

    /// <summary>The published code squares the dense transition matrix: cells × cells, 141 GB for an image of 2,000 × 1,500.</summary>
    [TestCase(5, 34)]
    [TestCase(10, 152)]
    public void The_walk_holds_two_numbers_a_pair_of_cells_and_a_few_a_cell(int radius, int offsets)
    {
        const int height = 300, width = 400, cells = height * width, few = 8;
        var edges = new float[cells];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var affinities = EdgeAffinities.Find(edges, height, width, radius);
        _ = new RandomWalk(affinities, beta: 10).Propagate(edges, 2);

        Assert.That(affinities.Pairs, Has.Count.EqualTo(offsets));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan((long)sizeof(float) * cells * (2 * offsets + few)));
    }

    [Test]
    public void The_CRF_smooths_a_lone_label_away_and_keeps_an_edge_of_the_image()
    {
        var image = new RgbImage(16, 16, [.. Enumerable.Range(0, 256).SelectMany(pixel => Enumerable.Repeat((byte)(pixel % 16 < 8 ? 0 : 255), 3))]);
        var labels = Enumerable.Range(0, 256).Select(pixel => (byte)(pixel % 16 < 8 ? 0 : 1)).ToArray();
        var noisy = labels.ToArray();
        (noisy[5 * 16 + 3], noisy[9 * 16 + 12]) = (1, 0);

        Assert.That(DenseCrf.Labels(DenseCrf.FromLabels(image, noisy, 2, new DenseCrfOptions()), 2), Is.EqualTo(labels));
    }

    [Test]
    public void A_constant_map_stays_constant_where_there_are_no_edges()
    {
        var walk = new RandomWalk(EdgeAffinities.Find(new float[12 * 9], 12, 9, radius: 5), beta: 10);

        Assert.That(walk.Propagate([.. Enumerable.Repeat(0.7f, 12 * 9)], 64), Is.All.EqualTo(0.7f).Within(1e-5));
    }

    [Test]
    public void Nothing_walks_through_a_closed_edge()
    {
        var edges = Enumerable.Range(0, 10 * 10).Select(cell => cell % 10 == 5 ? 1f : 0f).ToArray();
        var map = Enumerable.Range(0, 10 * 10).Select(cell => cell % 10 < 5 ? 1f : 0f).ToArray();
        var walked = new RandomWalk(EdgeAffinities.Find(edges, 10, 10, radius: 4), beta: 10).Propagate(map, 256);

        Assert.That(walked.Where((_, cell) => cell % 10 < 5), Is.All.EqualTo(1f).Within(1e-4));
        Assert.That(walked.Where((_, cell) => cell % 10 > 5), Is.All.Zero);
    }

    [Test]
    public void Steps_along_offsets_are_the_power_of_the_dense_matrix() =>
        Gen.Select(Gen.Int[4, 8], Gen.Int[4, 8], Gen.Float[0f, 1f].Array[64], Gen.Float[0f, 1f].Array[64]).Sample((height, width, edges, map) =>
        {
            using var scope = NewDisposeScope();
            var cells = height * width;
            var walked = new RandomWalk(EdgeAffinities.Find(edges[..cells], height, width, radius: 3), beta: 2).Propagate(map.AsSpan(0, cells), 8);
            var dense = Dense(edges, height, width, 3, 2);
            var transition = dense / dense.sum(0, keepdim: true);
            for (var power = 0; power < 3; power++) transition = transition.matmul(transition);
            var expected = (tensor(map[..cells]) * (1 - tensor(edges[..cells]))).unsqueeze(0).matmul(transition.to(ScalarType.Float32));

            return tensor(walked).unsqueeze(0).allclose(expected, rtol: 1e-3, atol: 1e-5);
        }, iter: 20, threads: 1);

    private static Tensor Dense(float[] edges, int height, int width, int radius, double beta)
    {
        var dense = new float[height * width, height * width];
        for (var cell = 0; cell < height * width; cell++) dense[cell, cell] = 1;
        foreach (var offset in PathOffsets.Within(radius))
        for (var row = 0; row + offset.Row < height; row++)
        for (var column = Math.Max(0, -offset.Column); column < width && column + offset.Column < width; column++)
        {
            var (from, to) = (row * width + column, (row + offset.Row) * width + column + offset.Column);
            var strongest = offset.Path.Max(cell => edges[(row + cell.Row) * width + column + cell.Column]);
            dense[from, to] = dense[to, from] = (float)Math.Pow(1 - strongest, beta);
        }

        return tensor(dense);
    }
}
