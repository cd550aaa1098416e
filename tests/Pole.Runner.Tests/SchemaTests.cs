using System.Reflection;
using System.Text.Json.Nodes;
using Json.Schema;
using YamlDotNet.Serialization;

namespace Pole.Runner.Tests;

/// <summary>The schema that editors read, checked by a schema library.</summary>
public sealed class SchemaTests
{
    private static readonly string Specs = Path.Combine(typeof(SchemaTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "experiments");

    private static readonly IDeserializer Yaml = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();

    private static readonly ISerializer Json = new SerializerBuilder().JsonCompatible().Build();

    private static readonly string SchemaFile = Path.Combine(Specs, "pole.schema.json");

    private readonly JsonSchema schema = JsonSchema.FromFile(SchemaFile);

    private static IEnumerable<string> CheckedIn => Directory.EnumerateFiles(Specs, "*.yaml", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Specs, path).Replace('\\', '/')).Where(path => path.Split('/')[0] is not ("bin" or "obj" or "corpora" or "descriptions"));

    [TestCaseSource(nameof(CheckedIn))]
    public void A_checked_in_spec_fits(string path) => Assert.That(Validate(File.ReadAllText(Path.Combine(Specs, path))), Is.Empty);

    [TestCase("seed: ${baseline.epochs}")]
    [TestCase("clip: ~")]
    [TestCase("backbone: { stride: 8 }")]
    [TestCase("prompt: ~")]
    [TestCase("description: 2026")]
    [TestCase("cam: ${baseline}")]
    [TestCase("backbone: ${clip.backbone}")]
    [TestCase("objective: { terms: { otm: { weight: 5 }, reg: ~ } }")]
    [TestCase("objective: { terms: [otm, { name: btm, weight: 24 }] }")]
    [TestCase("backbone: { name: resnet50, stride: 8 }")]
    [TestCase("extends: [a.yaml, b.yaml]\nsweep: { prompt.synonyms: [1, 2], zip: { seed: [1] }, limit: 5 }")]
    [TestCase("prompt: { corpus: chatgpt, masking: mean }")]
    [TestCase("prompt: { descriptions: [shapes], learner: { name: description-bank, clusters: 8 } }")]
    // As an editor sees !include ../base/a.yaml#cam and !remove [synonyms].
    [TestCase("cam: ../base/a.yaml#cam")]
    [TestCase("prompt: { backgrounds: ../datasets/toys.yaml#backgrounds }")]
    [TestCase("prompt: [synonyms]")]
    [TestCase("backbone: [stride]")]
    [TestCase("prompt: { template: ../base/a.yaml#prompt.template }")]
    public void What_the_compiler_takes_fits(string yaml) => Assert.That(Validate(yaml), Is.Empty);

    [TestCase("sede: 1")]
    [TestCase("seed: -1")]
    [TestCase("seed: many")]
    [TestCase("backbone: resnet51")]
    [TestCase("backbone: { name: resnet50, width: 8 }")]
    [TestCase("backbone: { widht: 8 }")]
    [TestCase("backbone: { name: resnet50, stride: 12 }")]
    [TestCase("cam: { threshold: 2 }")]
    [TestCase("cam: { treshold: 0.1 }")]
    [TestCase("prompt: { corpus: chatgtp }")]
    [TestCase("prompt: { descriptions: [shapse] }")]
    [TestCase("prompt: { template: a photo }")]
    [TestCase("prompt: { masking: grey }")]
    [TestCase("baseline: { epochs: 0 }")]
    [TestCase("compare: [shapes/pol]")]
    [TestCase("sweep: { seed: 1 }")]
    public void What_the_compiler_refuses_does_not_fit(string yaml) => Assert.That(Validate(yaml), Is.Not.Empty);

    [TestCase("prompt: { synonyms: 2, synonims: 2 }", "/prompt/synonims")]
    [TestCase("prompt: { learner: { name: coop, tokns: 4 } }", "/prompt/learner/tokns")]
    [TestCase("backbone: { name: resnet50, stride: 12 }", "/backbone/stride")]
    [TestCase("backbone: { name: resnet51, stride: 8 }", "/backbone/name")]
    [TestCase("backbone: { widht: 8 }", "/backbone/widht")]
    [TestCase("objective: { terms: [otm, { name: btm, wieght: 24 }] }", "/objective/terms/1/wieght")]
    [TestCase("objective: { terms: { btm: { wieght: 24 } } }", "/objective/terms/btm/wieght")]
    [TestCase("baseline: { schedule: { name: poly, power: many } }", "/baseline/schedule/power")]
    [TestCase("cam: 3", "/cam")]
    public void A_fault_is_found_at_its_key_and_nowhere_else(string yaml, string place) => Assert.That(Places(yaml), Is.EqualTo(new[] { place }));

    [Test]
    public void Keys_have_descriptions_and_defaults()
    {
        var definitions = JsonNode.Parse(File.ReadAllText(SchemaFile))!["definitions"]!;
        var threshold = definitions["CamOptions"]!["properties"]!["threshold"]!;

        Assert.That((string?)threshold["description"], Does.StartWith("Score of the background"));
        Assert.That((double?)threshold["default"], Is.EqualTo(0.15));
        Assert.That(definitions["Backbone"]!["properties"]!["name"]!["enum"]!.AsArray().Select(name => (string?)name), Is.SupersetOf(new[] { "caffe-resnet", "resnet", "resnet101", "resnet50" }));
    }

    private IEnumerable<string> Validate(string yaml) => Results(yaml).Select(result => $"{result.InstanceLocation}: {string.Join("; ", result.Errors!.Values)}");

    /// <summary>Where the innermost faults are.</summary>
    private IEnumerable<string> Places(string yaml)
    {
        var places = Results(yaml).Select(result => result.InstanceLocation.ToString()).Distinct().ToList();
        return places.Where(place => !places.Any(other => other.StartsWith($"{place}/", StringComparison.Ordinal)));
    }

    private List<EvaluationResults> Results(string yaml) => [.. Faults(schema.Evaluate(JsonNode.Parse(Json.Serialize(Yaml.Deserialize<object>(yaml))), new EvaluationOptions { OutputFormat = OutputFormat.Hierarchical }))];

    /// <summary>What fails inside of something that holds, a branch of <c>anyOf</c> or a condition, is no fault.</summary>
    private static IEnumerable<EvaluationResults> Faults(EvaluationResults results) =>
        results.IsValid || results.EvaluationPath.ToString().EndsWith("/if", StringComparison.Ordinal) ? [] : results.Details.SelectMany(Faults).Concat(results.HasErrors ? [results] : []);
}
