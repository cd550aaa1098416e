using System.Reflection;
using NJsonSchema;
using YamlDotNet.Serialization;

namespace Pole.Runner.Tests;

/// <summary>The schema that editors read, checked by a schema library.</summary>
public sealed class SchemaTests
{
    private static readonly string Specs = Path.Combine(typeof(SchemaTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "experiments");

    private static readonly IDeserializer Yaml = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();

    private static readonly ISerializer Json = new SerializerBuilder().JsonCompatible().Build();

    private JsonSchema schema = null!;

    [OneTimeSetUp]
    public async Task ReadSchema() => schema = await JsonSchema.FromFileAsync(Path.Combine(Specs, "pole.schema.json"));

    private static IEnumerable<string> CheckedIn => Directory.EnumerateFiles(Specs, "*.yaml", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Specs, path).Replace('\\', '/')).Where(path => path.Split('/')[0] is not ("bin" or "obj" or "corpora" or "descriptions"));

    [TestCaseSource(nameof(CheckedIn))]
    public void A_checked_in_spec_fits(string path) => Assert.That(Validate(File.ReadAllText(Path.Combine(Specs, path))), Is.Empty);

    [TestCase("seed: ${baseline.epochs}")]
    [TestCase("clip: ~")]
    [TestCase("backbone: { stride: 8 }")]
    [TestCase("backbone: { name: resnet50, stride: 8 }")]
    [TestCase("extends: [a.yaml, b.yaml]\nsweep: { prompt.synonyms: [1, 2], zip: { seed: [1] }, limit: 5 }")]
    [TestCase("prompt: { corpus: chatgpt, masking: mean }")]
    [TestCase("prompt: { descriptions: [shapes], learner: { name: description-bank, clusters: 8 } }")]
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

    [Test]
    public void Keys_have_descriptions_and_defaults()
    {
        var threshold = schema.Definitions["CamOptions"].Properties["threshold"];

        Assert.That(threshold.Description, Does.StartWith("Score of the background"));
        Assert.That(threshold.Default, Is.EqualTo(0.15));
        Assert.That(schema.Definitions["Backbone"].AnyOf.SelectMany(form => form.Enumeration), Is.SupersetOf(new[] { "caffe-resnet", "resnet", "resnet101", "resnet50" }));
    }

    private IEnumerable<string> Validate(string yaml) => schema.Validate(Json.Serialize(Yaml.Deserialize<object>(yaml))).Select(error => error.ToString());
}
