using System.CommandLine;
using Pole.Generators.Tests;
using Pole.Runner;
using Pole.Runner.Building;
using Pole.Runner.Commands;
using Pole.Runner.Formats;
using Yaml = Pole.Generators.Tests.Specs;

namespace Pole.Benchmarks;

/// <summary>Of the number of specs: the compiler, and what lists and finds experiments.</summary>
internal static class GrowthOfSpecs
{
    private const int SpecsOfABase = 5;

    private static readonly int[] Sizes = [10, 100, 1_000];

    public static IEnumerable<GrowthSeries> All =>
    [
        new("spec compiler", "specs", Sizes, specs => () => Compile(specs)),
        new("spec compiler after an edit of one spec", "specs", [.. Sizes, 3_000], specs =>
        {
            var (compiled, edits) = (Compile(specs), 0);
            return () => compiled.Edit("shapes/e7.yaml", Leaf(7, specs + ++edits, specs));
        }),
        new("spec compiler, one sweep over two keys", "points", [100, 1_600, 10_000], points =>
        {
            var numbers = string.Join(", ", Enumerable.Range(1, (int)Math.Sqrt(points)));
            return () => SpecCompilation.Of([("shapes/a.yaml", $"{Yaml.Shapes}\nsweep: {{ seed: [{numbers}], baseline.epochs: [{numbers}], limit: {points} }}"), Yaml.Corpus]);
        }),
        new("fingerprints", "specs", Sizes, specs =>
        {
            var experiments = Compile(specs).LoadExperiments();
            return () => _ = experiments.Sum(experiment => experiment.Fingerprint.Length);
        }),
        new("pole list", "specs", Sizes, specs =>
        {
            var experiments = Experiments(specs);
            Terminal.Use(TextWriter.Null);
            return () => ListCommand.Create(experiments).Parse([]).Invoke();
        }),
        new("equal fingerprints and experiments.lock", "specs", Sizes, specs =>
        {
            var (experiments, folder) = (Compile(specs).LoadExperiments(), Growth.NewFolder());
            return () =>
            {
                _ = EqualFingerprints.Find(experiments).Count();
                _ = SpecLock.Apply(experiments, folder, LockMode.Merge).Count();
            };
        }),
    ];

    /// <summary>A sweep of so many points.</summary>
    public static ExperimentSet Experiments(int points)
    {
        var made = Compile(points).LoadExperiments();
        return new ExperimentSet([.. made.Select((experiment, point) => new CompiledExperiment($"sweep/point-{point}", "sweep", _ => experiment with { Name = $"sweep/point-{point}", Sweep = "sweep" }))]);
    }

    private static SpecCompilation Compile(int specs) => SpecCompilation.Of(
        [.. Enumerable.Range(0, specs).Select(index => ($"shapes/e{index}.yaml", Leaf(index, index, specs))), .. Enumerable.Range(0, Bases(specs)).Select(index => ($"base/b{index}.yaml", $"extends: shapes.yaml\ncam: {{ threshold: {0.0001 * index:f4} }}")), ("base/shapes.yaml", Yaml.Shapes), Yaml.Corpus]);

    private static int Bases(int specs) => specs / SpecsOfABase;

    private static string Leaf(int index, int seed, int specs) => $"extends: ../base/b{index % Bases(specs)}.yaml\nseed: {seed}";
}
