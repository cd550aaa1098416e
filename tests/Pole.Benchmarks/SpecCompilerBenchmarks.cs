using BenchmarkDotNet.Attributes;
using Pole.Generators.Tests;
using Yaml = Pole.Generators.Tests.Specs;

namespace Pole.Benchmarks;

/// <summary>The spec compiler on 1,000 specs that extend 200 bases: all of them, after an edit of one, and after an edit of a base of five; a sweep of 10,000 points.</summary>
[Config(typeof(InProcessConfig)), MemoryDiagnoser(displayGenColumns: false)]
public class SpecCompilerBenchmarks
{
    private const int Count = 1_000, Bases = 200, Side = 100;

    private SpecCompilation compiled = null!;
    private int edits;

    [GlobalSetup]
    public void CompileOnce() => compiled = Compile();

    [Benchmark(Baseline = true)]
    public object All() => Compile();

    [Benchmark]
    public object EditOne() => compiled.Edit("shapes/e7.yaml", Leaf(7, ++edits));

    [Benchmark]
    public object EditBaseOfFive() => compiled.Edit("base/b3.yaml", Base(++edits));

    [Benchmark]
    public object SweepOfTenThousand() => SpecCompilation.Of([("shapes/a.yaml", $"{Yaml.Shapes}\nsweep: {{ seed: [{Numbers}], baseline.epochs: [{Numbers}], limit: {Side * Side} }}"), Yaml.Corpus]);

    private static string Numbers => string.Join(", ", Enumerable.Range(1, Side));

    private static string Leaf(int index, int seed) => $"extends: ../base/b{index % Bases}.yaml\nseed: {seed}";

    private static string Base(int threshold) => $"extends: shapes.yaml\ncam: {{ threshold: {0.0001 * (threshold % 10_000):f4} }}";

    private static SpecCompilation Compile() => SpecCompilation.Of(
        [.. Enumerable.Range(0, Count).Select(index => ($"shapes/e{index}.yaml", Leaf(index, index))), .. Enumerable.Range(0, Bases).Select(index => ($"base/b{index}.yaml", Base(index))), ("base/shapes.yaml", Yaml.Shapes), Yaml.Corpus]);
}
