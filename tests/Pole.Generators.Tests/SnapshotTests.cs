namespace Pole.Generators.Tests;

/// <summary>
/// The code that is generated for a small set of specs, as it is checked in under Snapshots: a change of the compiler shows in the diff what it changes for researchers.
/// <c>POLE_SNAPSHOTS=update dotnet test tests/Pole.Generators.Tests --filter SnapshotTests</c> writes the files.
/// </summary>
public sealed class SnapshotTests
{
    private static readonly string Folder = Path.Combine(CheckedInSpecs.Root, "..", "tests", "Pole.Generators.Tests", "Snapshots");

    private static readonly Lazy<IReadOnlyDictionary<string, string>> Sources = new(() => SpecCompilation.Of(
        ("base/shapes.yaml", Specs.Shapes),
        ("shapes/pole.yaml", "extends: ../base/shapes.yaml\ndescription: \"Text with \\\"quotes\\\", a \\\\ and é.\"\nprompt: { masking: mean, backgrounds: [tree, river] }\nobjective: { terms: { otm: { weight: 2.5 } } }"),
        ("shapes/seeds.yaml", "extends: pole.yaml\ndescription: A sweep.\nsweep: { seed: [0, 1] }"),
        Specs.Corpus).Result.GeneratedSources.ToDictionary(source => source.HintName, source => source.SourceText.ToString()));

    private static IEnumerable<string> Names => Sources.Value.Keys;

    [TestCaseSource(nameof(Names))]
    public void The_generated_code_is_the_one_that_is_checked_in(string name)
    {
        var path = Path.Combine(Folder, $"{name.Replace('/', '-')}.txt");
        if (Environment.GetEnvironmentVariable("POLE_SNAPSHOTS") == "update")
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(path, Sources.Value[name]);
        }

        Assert.That(Sources.Value[name], Is.EqualTo(File.ReadAllText(path).ReplaceLineEndings("\n")));
    }

    [Test]
    public void Every_snapshot_is_of_something_that_is_generated() => Assert.That(Directory.GetFiles(Folder).Select(Path.GetFileName), Is.EquivalentTo(Names.Select(name => $"{name.Replace('/', '-')}.txt")));
}
