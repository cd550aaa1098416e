using BenchmarkDotNet.Attributes;
using Pole.Pipeline.Refinement;
using Pole.Zoo.Affinity;
using static TorchSharp.torch;

namespace Pole.Benchmarks;

/// <summary>256 steps of one map along offsets, beside eight squarings of the dense transition matrix as the reference does them.</summary>
[Config(typeof(InProcessConfig)), MemoryDiagnoser(displayGenColumns: false)]
public class RandomWalkBenchmarks
{
    private const int Radius = 5, Doublings = 8;
    private const double Beta = 10;

    private float[] edges = [];
    private float[] map = [];

    private int Height => int.Parse(Cells.Split('x')[0]);

    private int Width => int.Parse(Cells.Split('x')[1]);

    /// <summary>The last is an image of 375 × 500, whose dense matrix has 552 MB.</summary>
    [Params("32x32", "64x64", "94x125")]
    public string Cells { get; set; } = "";

    [GlobalSetup]
    public void Draw()
    {
        var random = new Random(0);
        (edges, map) = ([.. Enumerable.Range(0, Height * Width).Select(_ => random.NextSingle())], [.. Enumerable.Range(0, Height * Width).Select(_ => random.NextSingle())]);
    }

    [Benchmark(Baseline = true)]
    public float[] AlongOffsets() => new RandomWalk(EdgeAffinities.Find(edges, Height, Width, Radius), Beta).Propagate(map, 1 << Doublings);

    [Benchmark]
    public float[] Dense()
    {
        using var scope = NewDisposeScope();
        var cells = Height * Width;
        var dense = new float[cells, cells];
        for (var cell = 0; cell < cells; cell++) dense[cell, cell] = 1;
        foreach (var offset in PathOffsets.Within(Radius))
        for (var row = 0; row + offset.Row < Height; row++)
        for (var column = Math.Max(0, -offset.Column); column < Width && column + offset.Column < Width; column++)
        {
            var from = row * Width + column;
            var strongest = 0f;
            foreach (var cell in offset.Path) strongest = Math.Max(strongest, edges[from + cell.Row * Width + cell.Column]);
            dense[from, from + offset.Row * Width + offset.Column] = dense[from + offset.Row * Width + offset.Column, from] = (float)Math.Pow(1 - strongest, Beta);
        }

        var transition = tensor(dense);
        transition = transition / transition.sum(0, keepdim: true);
        for (var power = 0; power < Doublings; power++)
        {
            var squared = transition.matmul(transition);
            transition.Dispose();
            transition = squared;
        }

        return (tensor(map) * (1 - tensor(edges))).unsqueeze(0).matmul(transition).data<float>().ToArray();
    }
}
