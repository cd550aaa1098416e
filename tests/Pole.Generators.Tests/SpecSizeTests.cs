using System.Diagnostics;
using Microsoft.CodeAnalysis;

namespace Pole.Generators.Tests;

/// <summary>Specs that would grow without bound are one diagnostic, in seconds.</summary>
public sealed class SpecSizeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private Stopwatch elapsed = null!;

    [SetUp]
    public void Begin() => elapsed = Stopwatch.StartNew();

    /// <summary>A bound on growth, not a measurement: without it these take hours or all memory.</summary>
    [TearDown]
    public void IsBounded() => Assert.That(elapsed.Elapsed, Is.LessThan(Patience));

    [Test]
    public void A_base_that_is_extended_twice_at_each_of_many_levels_is_composed_once()
    {
        var levels = Enumerable.Range(0, 40).Select(level => ($"base/level-{level}.yaml", level == 39 ? Specs.Shapes : $"extends: [level-{level + 1}.yaml, level-{level + 1}.yaml]\n"));

        Assert.That(SpecCompilation.Of([.. levels, ("shapes/a.yaml", "extends: [../base/level-0.yaml, ../base/level-0.yaml]\ndescription: Many ways to one base.\n"), Specs.Corpus]).LoadExperiments().Single().Name, Is.EqualTo("shapes/a"));
    }

    [Test]
    public void Includes_that_double_end_at_the_file_that_is_too_large()
    {
        var levels = Enumerable.Range(0, 30).Select(level => ($"base/level-{level}.yaml", level == 29 ? "k: [1, 2]\n" : $"k: {{ a: !include level-{level + 1}.yaml#k, b: !include level-{level + 1}.yaml#k }}\n"));
        var compilation = SpecCompilation.Of([.. levels, ("shapes/a.yaml", $"{Specs.Shapes}\ncam: !include ../base/level-0.yaml#k\n"), Specs.Corpus]);

        Assert.That(Errors(compilation).Select(error => error.Id).Distinct(), Is.EqualTo(new[] { "POLE0032" }));
        Assert.That(Errors(compilation).Single().Location.GetLineSpan().Path, Does.Contain("base/level-"));
    }

    [Test]
    public void References_that_double_end_at_the_first_that_is_too_large()
    {
        var levels = Enumerable.Range(0, 30).Select(level => level == 29 ? "level-29: [1, 2]" : $"level-{level}: {{ a: \"${{level-{level + 1}}}\", b: \"${{level-{level + 1}}}\" }}");
        var compilation = SpecCompilation.Of([("shapes/a.yaml", $"{Specs.Shapes}\n{string.Join('\n', levels)}\n"), Specs.Corpus]);

        Assert.That(Errors(compilation).Select(error => error.Id), Has.One.EqualTo("POLE0032"));
    }

    [TestCase("limit: 100000000", "more than 10000 points")]
    [TestCase("", "more than 10000 points")]
    public void A_sweep_has_a_ceiling_over_its_limit(string limit, string message)
    {
        var values = string.Join(", ", Enumerable.Range(0, 100));
        var compilation = SpecCompilation.Of([("shapes/a.yaml", $"{Specs.Shapes}\nsweep:\n  seed: [{values}]\n  baseline.epochs: [{values}]\n  baseline.batch-size: [{values}]\n  prompt.synonyms: [{values}]\n  {limit}\n"), Specs.Corpus]);

        Assert.That(Errors(compilation).Single().Id, Is.EqualTo("POLE0032"));
        Assert.That(Errors(compilation).Single().GetMessage(), Does.Contain(message));
    }

    [Test]
    public void A_text_that_is_too_long_for_the_compiler_is_an_error_at_its_place()
    {
        var compilation = SpecCompilation.Of([("shapes/a.yaml", $"{Specs.Shapes}\ncompare:\n  - {new string('x', 60_000)}\n"), Specs.Corpus]);

        Assert.That(Errors(compilation).Single().GetMessage(), Does.Contain("60000 characters, more than 50000"));
    }

    [Test]
    public void Nesting_without_end_is_an_error_at_its_place()
    {
        var compilation = SpecCompilation.Of([("shapes/a.yaml", $"description: {string.Concat(Enumerable.Repeat("[", 5_000))}{string.Concat(Enumerable.Repeat("]", 5_000))}\n"), Specs.Corpus]);

        Assert.That(Errors(compilation).First().GetMessage(), Does.Contain("nested deeper than 64 levels"));
    }

    [Test]
    public void Different_values_give_different_names_though_a_name_cannot_hold_them()
    {
        var names = SpecCompilation.Of([("shapes/a.yaml", $"{Specs.Shapes}\nsweep: {{ prompt.template: [\"a photo of {{}}.\", \"a photo of {{}}\", \"A photo of {{}}!\"] }}\n"), Specs.Corpus]).LoadExperiments().Select(experiment => experiment.Name).ToList();

        Assert.That(names[0], Is.EqualTo("shapes/a/template-a-photo-of"));
        Assert.That(names, Is.Unique.And.All.Match("^shapes/a/template-a-photo-of(-[0-9a-f]{8})?$"));
    }

    private static List<Diagnostic> Errors(SpecCompilation compilation) => [.. compilation.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];
}
