using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Golden.Tests;

/// <summary>One case folder of reference numbers (its case.json and tensors).</summary>
public sealed partial record GoldenCase(string Folder, JsonElement Description)
{
    /// <summary>Every folder below POLE_GOLDEN (default ../shared/golden) whose case.json has the topic; an ignored case where there is none.</summary>
    public static IEnumerable<TestCaseData> OfTopic(string topic)
    {
        var root = Root();
        var found = false;
        foreach (var file in Directory.Exists(root) ? Directory.GetFiles(root, "case.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray() : [])
        {
            var description = JsonDocument.Parse(File.ReadAllText(file)).RootElement;
            if (description.GetProperty("topic").GetString() != topic) continue;
            found = true;
            var folder = Path.GetDirectoryName(file)!;
            yield return new TestCaseData(new GoldenCase(folder, description)).SetArgDisplayNames(Path.GetRelativePath(root, folder));
        }

        if (!found) yield return new TestCaseData(null).SetArgDisplayNames("none").Ignore($"no '{topic}' case below {root}; set POLE_GOLDEN to a folder that has one");
    }

    public JsonElement this[string key] => Description.GetProperty(key);

    public IReadOnlyDictionary<string, Tensor> Tensors(string file = "io.safetensors") => Safetensors.Read(Path.Combine(Folder, file));

    /// <summary>A folder of another topic in the same set.</summary>
    public string Sibling(string topic, string file) => Path.Combine(Path.GetDirectoryName(Folder)!, topic, file);

    /// <summary>The share of equal values that a tolerance asks for in words: "at least N % equal".</summary>
    public double EqualShare(string tolerance) => Share(this["tolerance"].GetProperty(tolerance).GetString()!);

    public static double Share(string words) => double.Parse(Percentage().Match(words).Groups[1].Value, CultureInfo.InvariantCulture) / 100;

    /// <summary>Ids in a text of a CLIP case.</summary>
    public int ContextLength => this["config"].GetProperty("context_length").GetInt32();

    /// <summary>Heads of the text transformer that <c>text_features_double_text_heads</c> were computed with.</summary>
    public int DoubleTextHeads => TransformerHeads().Match(this["double_text_heads"].GetString()!) is { Success: true } match
        ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
        : 2 * this["config"].GetProperty("transformer_heads").GetInt32();

    public void AssertClose(Tensor actual, Tensor expected, string tolerance, string what) =>
        AssertClose(actual, expected, string.IsNullOrEmpty(tolerance) ? this["tolerance"] : this["tolerance"].GetProperty(tolerance), what);

    private static void AssertClose(Tensor actual, Tensor expected, JsonElement tolerance, string what)
    {
        using var scope = NewDisposeScope();
        Assert.That(actual.numel(), Is.EqualTo(expected.numel()), $"{what}: shape [{string.Join(", ", actual.shape)}]");
        var reference = expected.flatten().to(ScalarType.Float64);
        var difference = (actual.detach().flatten().to(ScalarType.Float64) - reference).abs();
        if (tolerance.TryGetProperty("relative_l2", out var relative))
        {
            Assert.That((difference.norm() / reference.norm()).item<double>(), Is.LessThanOrEqualTo(relative.GetDouble()), $"{what}: relative L2");
            return;
        }

        var excess = difference - (reference.abs() * tolerance.GetProperty("rtol").GetDouble() + tolerance.GetProperty("atol").GetDouble());
        Assert.That(excess.max().item<double>(), Is.LessThanOrEqualTo(0), $"{what}: largest difference {difference.max().item<double>():g3}");
    }

    [GeneratedRegex(@"([0-9.]+) %")]
    private static partial Regex Percentage();

    [GeneratedRegex(@"transformer_heads = ([0-9]+)")]
    private static partial Regex TransformerHeads();

    private static string Root() => Environment.GetEnvironmentVariable("POLE_GOLDEN") is { Length: > 0 } folder
        ? folder
        : Path.GetFullPath(Path.Combine(typeof(GoldenCase).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "..", "shared", "golden"));
}
