using BenchmarkDotNet.Attributes;
using Pole.Generators.Tests;

namespace Pole.Benchmarks;

/// <summary>The spec compiler on 200 specs that extend one base: all of them, and after an edit of one.</summary>
[Config(typeof(InProcessConfig))]
public class SpecCompilerBenchmarks
{
    private const int Count = 200;

    private SpecCompilation compiled = null!;
    private int edits;

    [GlobalSetup]
    public void CompileOnce() => compiled = Compile();

    [Benchmark(Baseline = true)]
    public object All() => Compile();

    [Benchmark]
    public object EditOne() => compiled.Edit("shapes/e7.yaml", $"extends: ../base/b.yaml\nseed: {++edits}");

    private static SpecCompilation Compile() => SpecCompilation.Of(
        [.. Enumerable.Range(0, Count).Select(index => ($"shapes/e{index}.yaml", $"extends: ../base/b.yaml\nseed: {index}")), ("base/b.yaml", Specs.Shapes), Specs.Corpus]);
}
