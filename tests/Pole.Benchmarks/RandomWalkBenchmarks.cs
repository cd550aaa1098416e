using BenchmarkDotNet.Attributes;
using Pole.Pipeline.Refinement;
using Pole.Zoo.Affinity;
using static TorchSharp.torch;

namespace Pole.Benchmarks;

/// <summary>
/// From the edges of an image to the walked CAMs of its two classes, 256 steps: ours, along offsets; in torch's operators as published (jiwoon-ahn/irn, misc/indexing.py), with the dense transition matrix squared eight times; and as careful PyTorch
/// would avoid that matrix, with 256 products with a sparse one.
/// </summary>
[Config(typeof(InProcessConfig)), MemoryDiagnoser(displayGenColumns: false)]
public class RandomWalkBenchmarks
{
    private const int Radius = 5, Doublings = 8, Maps = 2;
    private const double Beta = 10;

    private float[] edges = [];
    private float[][] maps = [];
    private IReadOnlyList<(PathOffset Offset, Tensor Sources)> pairs = [];

    private int Width => Rows * 4 / 3;

    private int Cells => Rows * Width;

    /// <summary>Rows of cells; 94 are those of an image of 500 × 375, whose dense matrix has 552 MB.</summary>
    [Params(32, 64, 94)]
    public int Rows { get; set; } = 64;

    [GlobalSetup]
    public void Draw()
    {
        var random = new Random(0);
        edges = Draw(random);
        maps = [.. Enumerable.Range(0, Maps).Select(_ => Draw(random))];
        // Which cells belong together does not depend on the image: both torch forms have it ready, as the published PathIndex does.
        pairs = [.. PathOffsets.Within(Radius).Select(offset => (offset, tensor(Sources(offset).ToArray())))];
        var (ours, dense, sparse) = (AlongOffsets(), Published(), Sparse());
        Console.WriteLine($"// walked maps differ by at most {Difference(ours, dense):g2} from the published form, {Difference(ours, sparse):g2} from the sparse one; the largest value is {ours.Max():g3}");
    }

    [Benchmark(Baseline = true)]
    public float[] Published()
    {
        using var scope = NewDisposeScope();
        var (from, to, values) = Affinities();
        var matrix = eye(Cells);
        matrix.index_put_(values, from, to);
        matrix.index_put_(values, to, from);
        matrix.div_(matrix.sum(0, keepdim: true));
        for (var power = 0; power < Doublings; power++)
        {
            var squared = matrix.matmul(matrix);
            matrix.Dispose();
            matrix = squared;
        }

        return Start().matmul(matrix).flatten().data<float>().ToArray();
    }

    [Benchmark]
    public float[] Sparse()
    {
        using var scope = NewDisposeScope();
        var (from, to, values) = Affinities();
        var own = arange(Cells);
        var entries = cat([values, values, ones(Cells)]);
        var (rows, columns) = (cat([from, to, own]), cat([to, from, own]));
        var sums = zeros(Cells).index_add_(0, columns, entries, 1);
        // Transposed: a step is a product with the maps as columns.
        var matrix = sparse_coo_tensor(stack([columns, rows]), entries / sums.index_select(0, columns), [Cells, Cells]);
        var walked = Start().t().contiguous();
        for (var step = 0; step < 1 << Doublings; step++)
        {
            var next = matrix.mm(walked);
            walked.Dispose();
            walked = next;
        }

        return walked.t().contiguous().flatten().data<float>().ToArray();
    }

    [Benchmark]
    public float[] AlongOffsets()
    {
        var walk = new RandomWalk(EdgeAffinities.Find(edges, Rows, Width, Radius), Beta);
        return [.. maps.SelectMany(map => walk.Propagate(map, 1 << Doublings))];
    }

    /// <summary>(1 − the strongest edge on the path) to the power beta, of every pair.</summary>
    private (Tensor From, Tensor To, Tensor Values) Affinities()
    {
        var cells = tensor(edges);
        var values = cat([.. pairs.Select(pair => 1 - stack(pair.Offset.Path.Select(cell => cells.index_select(0, pair.Sources + (cell.Row * Width + cell.Column)))).amax([0L]))]).pow(Beta);
        return (cat([.. pairs.Select(pair => pair.Sources)]), cat([.. pairs.Select(pair => pair.Sources + (pair.Offset.Row * Width + pair.Offset.Column))]), values);
    }

    private Tensor Start() => tensor(maps.SelectMany(map => map).ToArray(), [Maps, Cells]) * (1 - tensor(edges));

    private IEnumerable<long> Sources(PathOffset offset) =>
        from row in Enumerable.Range(0, Rows - offset.Row) from column in Enumerable.Range(Math.Max(0, -offset.Column), Width - Math.Abs(offset.Column)) select (long)(row * Width + column);

    private float[] Draw(Random random) => [.. Enumerable.Range(0, Cells).Select(_ => random.NextSingle())];

    private static float Difference(float[] one, float[] other) => one.Zip(other, (mine, theirs) => Math.Abs(mine - theirs)).Max();
}
