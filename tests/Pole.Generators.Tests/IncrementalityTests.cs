using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace Pole.Generators.Tests;

/// <summary>Editing runs again what depends on the edit, and nothing else.</summary>
public sealed class IncrementalityTests
{
    private static readonly string[] Steps = [SpecGenerator.ReadStep, SpecGenerator.ChainStep, SpecGenerator.ComposeStep, SpecGenerator.BindStep, SpecGenerator.CatalogStep, SpecGenerator.CorpusStep, SpecGenerator.ClassListStep];

    [Test]
    public void Editing_one_spec_writes_one_class()
    {
        var compilation = Twenty().Edit("shapes/e7.yaml", Specs.Shapes.Replace("width: 8", "width: 12"));

        Assert.That(compilation.Reasons(SpecGenerator.BindStep).Count(reason => reason is IncrementalStepRunReason.Modified or IncrementalStepRunReason.New), Is.EqualTo(1));
        Assert.That(compilation.Reasons(SpecGenerator.BindStep), Has.Count.EqualTo(20));
        Assert.That(WrittenFiles(compilation), Is.EqualTo(1));
    }

    [Test]
    public void Editing_a_base_writes_the_classes_that_extend_it()
    {
        var files = Enumerable.Range(0, 6).Select(index => ($"shapes/e{index}.yaml", index < 2 ? "extends: ../base/b.yaml" : Specs.Shapes));
        var compilation = SpecCompilation.Tracked([.. files, ("base/b.yaml", Specs.Shapes), Specs.Corpus]).Edit("base/b.yaml", Specs.Shapes.Replace("width: 8", "width: 12"));

        Assert.That(WrittenFiles(compilation), Is.EqualTo(2));
    }

    [Test]
    public void Editing_one_spec_composes_no_other()
    {
        var compilation = Twenty().Edit("shapes/e7.yaml", Specs.Shapes.Replace("width: 8", "width: 12"));

        Assert.That(compilation.Reasons(SpecGenerator.ComposeStep).Count(reason => reason != IncrementalStepRunReason.Cached), Is.EqualTo(1));
    }

    [Test]
    public void Editing_a_value_of_a_sweep_writes_its_point_alone()
    {
        var compilation = SpecCompilation.Tracked(("shapes/a.yaml", $"{Specs.Shapes}\nsweep: {{ seed: [1, 2, 3] }}"), ("shapes/b.yaml", Specs.Shapes), Specs.Corpus).Edit("shapes/a.yaml", $"{Specs.Shapes}\nsweep: {{ seed: [1, 2, 4] }}");

        // The new point, and the list of all.
        Assert.That(WrittenFiles(compilation), Is.EqualTo(2));
    }

    [Test]
    public void A_comment_in_a_spec_writes_nothing() =>
        Assert.That(WrittenFiles(Twenty().Edit("shapes/e7.yaml", $"{Specs.Shapes}\n# a remark")), Is.Zero);

    [Test]
    public void Editing_C_sharp_writes_nothing()
    {
        var compilation = Twenty().AddSource("class Unrelated;");

        Assert.That(compilation.Reasons(SpecGenerator.CatalogStep), Is.All.EqualTo(IncrementalStepRunReason.Unchanged));
        Assert.That(WrittenFiles(compilation), Is.Zero);
    }

    [Test]
    public void A_module_in_the_project_of_the_specs_is_as_good_as_one_from_outside()
    {
        const string module = """
            /// <summary>A backbone of the project's own.</summary>
            [Pole.PoleModule("own")]
            public sealed record OwnOptions : Pole.IModuleOptions<Pole.Backbone>
            {
                [System.ComponentModel.DataAnnotations.Range(1, 8)] public int Width { get; init; }

                public Pole.Backbone Create(Pole.ModuleContext context) => throw new System.NotSupportedException();
            }
            """;
        var spec = Specs.Shapes.Replace("backbone: { name: resnet, width: 8 }", "backbone: { name: own, width: 9 }");

        Assert.That(Specs.Compile(spec).AddSource(module).Diagnostics.Single().GetMessage(), Is.EqualTo("'backbone.width' is 9; it can be 1 to 8"));
        Assert.That(Specs.Compile(spec.Replace("9", "7")).AddSource(module).Source("shapes/a"), Does.Contain("new global::OwnOptions").And.Contain("Width = 7,"));
    }

    /// <summary>A kept compilation or symbol would hold the memory of every edit, and never compare equal.</summary>
    [Test]
    public void No_step_keeps_a_compilation_a_symbol_or_a_syntax_node()
    {
        var outputs = Twenty().Result.TrackedSteps.Where(step => Steps.Contains(step.Key)).SelectMany(step => step.Value).SelectMany(run => run.Outputs).Select(output => output.Value);
        var visited = new HashSet<object>(ReferenceEqualityComparer.Instance);

        foreach (var output in outputs) AssertPlain(output, visited);

        Assert.That(visited, Is.Not.Empty);
    }

    private static void AssertPlain(object? value, HashSet<object> visited)
    {
        if (value is null or string || value.GetType().IsPrimitive || value.GetType().IsEnum || !visited.Add(value)) return;
        Assert.That(value, Is.Not.InstanceOf<Compilation>().And.Not.InstanceOf<ISymbol>().And.Not.InstanceOf<SyntaxNode>().And.Not.InstanceOf<SyntaxTree>());
        if (value is IEnumerable items)
            foreach (var item in items) AssertPlain(item, visited);
        else if (value.GetType().Namespace?.StartsWith("Pole", StringComparison.Ordinal) == true)
            foreach (var field in value.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)) AssertPlain(field.GetValue(value), visited);
    }

    private static SpecCompilation Twenty() => SpecCompilation.Tracked([.. Enumerable.Range(0, 20).Select(index => ($"shapes/e{index}.yaml", Specs.Shapes)), Specs.Corpus]);

    private static int WrittenFiles(SpecCompilation compilation) =>
        compilation.Result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(run => run.Outputs).Count(output => output.Reason is IncrementalStepRunReason.Modified or IncrementalStepRunReason.New);
}
