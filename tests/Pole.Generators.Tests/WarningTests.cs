using Microsoft.CodeAnalysis;

[assembly: Pole.PoleModuleExport(typeof(Pole.Generators.Tests.RenamedKeyOptions))]

namespace Pole.Generators.Tests;

/// <summary>A module whose key had another name.</summary>
[PoleModule("renamed-key")]
public sealed record RenamedKeyOptions : IModuleOptions<PromptLearner, PromptNames>
{
    [FormerKey("token-count")] public int Tokens { get; init; }

    public PromptLearner Create(PromptNames below, ModuleContext context) => throw new NotSupportedException();
}

/// <summary>What compiles, and is still not as it should be.</summary>
public sealed class WarningTests
{
    [Test]
    public void A_value_that_the_base_has_already_is_redundant() =>
        Expect(Specs.Compile("extends: ../base/b.yaml\nprompt: { synonyms: 2 }", ("base/b.yaml", Specs.Shapes)), "POLE0022", "shapes/a.yaml", 2, 11, "'synonyms' is 2 in the base already (b.yaml, line 8): leave it out");

    [Test]
    public void A_file_that_ends_in_yml_is_no_spec() =>
        Expect(Specs.Compile(Specs.Shapes, ("shapes/other.yml", Specs.Shapes)), "POLE0029", "shapes/other.yml", 1, 1, "end it in .yaml");

    [Test]
    public void A_base_that_nothing_extends_is_unused() =>
        Expect(Specs.Compile(Specs.Shapes, ("base/b.yaml", Specs.Shapes)), "POLE0023", "base/b.yaml", 1, 1, "no experiment extends or includes base/b.yaml");

    [Test]
    public void A_base_of_a_base_is_used() =>
        Assert.That(Specs.Compile("extends: ../base/b.yaml", ("base/b.yaml", "extends: c.yaml"), ("base/c.yaml", Specs.Shapes)).Diagnostics, Is.Empty);

    [Test]
    public void A_key_of_former_days_is_read_and_says_its_new_name()
    {
        var compilation = Specs.Compile(Specs.Shapes.Replace("  synonyms: 2", "  learner: { name: renamed-key, token-count: 5 }"));

        Expect(compilation, "POLE0024", "shapes/a.yaml", 8, 33, "'token-count' is called 'tokens' now");
        Assert.That(compilation.Source("shapes/a"), Does.Contain("Tokens = 5,"));
    }

    [Test]
    public void A_fault_of_a_base_is_shown_once_however_many_extend_it() =>
        Assert.That(Specs.Compile("extends: ../base/b.yaml", ("shapes/c.yaml", "extends: ../base/b.yaml"), ("base/b.yaml", $"{Specs.Shapes}\ntypo: 1")).Diagnostics.Select(diagnostic => diagnostic.Id), Is.EqualTo(new[] { "POLE0002" }));

    [TestCase("none", null)]
    [TestCase("suggestion", DiagnosticSeverity.Info)]
    [TestCase("warning", DiagnosticSeverity.Warning)]
    [TestCase("error", DiagnosticSeverity.Error)]
    public void An_editorconfig_sets_the_severity(string setting, DiagnosticSeverity? expected) =>
        Assert.That(SpecCompilation.Configured("pole_diagnostic.POLE0023.severity", setting, [("shapes/a.yaml", Specs.Shapes), ("base/b.yaml", Specs.Shapes), Specs.Corpus]).Diagnostics.Select(diagnostic => (DiagnosticSeverity?)diagnostic.Severity),
            Is.EqualTo(expected is null ? [] : new[] { expected }));

    private static void Expect(SpecCompilation compilation, string id, string path, int line, int column, string message)
    {
        var diagnostic = compilation.Diagnostics.Single();
        var position = diagnostic.Location.GetLineSpan();
        Assert.That((diagnostic.Id, diagnostic.Severity, position.Path, position.StartLinePosition.Line + 1, position.StartLinePosition.Character + 1), Is.EqualTo((id, DiagnosticSeverity.Warning, path, line, column)));
        Assert.That(diagnostic.GetMessage(), Does.Contain(message));
    }
}
