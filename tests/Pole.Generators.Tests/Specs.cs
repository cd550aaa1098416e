namespace Pole.Generators.Tests;

/// <summary>YAML that the tests start from.</summary>
internal static class Specs
{
    public const string Shapes = """
        description: A complete spec.
        dataset: shapes
        backbone: { name: resnet, width: 8 }
        baseline: { epochs: 1, learning-rate: 0.1 }
        clip: tiny-clip
        prompt:
          corpus: shapes
          synonyms: 2
        objective: { terms: [{ name: otm, weight: 5 }, reg] }
        clims: { epochs: 1, learning-rate: 0.01 }
        """;

    public static readonly (string Path, string Yaml) Corpus = ("corpora/shapes.yaml", """
        boat: [boat, canoe]
        fish: [fish, shark]
        train: [train, tram]
        car: [car, taxi, van]
        bird: [bird, owl]
        flower: [flower, daisy]
        """);

    public static SpecCompilation Compile(string yaml, params (string, string)[] others) => SpecCompilation.Of([("shapes/a.yaml", yaml), Corpus, .. others]);
}
