using Microsoft.CodeAnalysis;

[assembly: Pole.PoleModuleExport(typeof(Pole.Generators.Tests.BlurOptions))]

namespace Pole.Generators.Tests;

/// <summary>A stage of the tests.</summary>
[PoleModule("blur")]
public sealed record BlurOptions : IModuleOptions<Stage>
{
    [FormerKey("size"), System.ComponentModel.DataAnnotations.Range(1, 9)] public int Radius { get; init; } = 1;

    public Stage Create(ModuleContext context) => throw new NotSupportedException("it is only compiled");
}

/// <summary>A list of modules in specs.</summary>
public sealed class StageListTests
{
    private const string Two = "stages: [blur, { name: blur, radius: 3 }]";

    [Test]
    public void Items_are_modules_with_their_options() => Assert.That(Load(Two).Stages, Is.EqualTo(new[] { new BlurOptions(), new BlurOptions { Radius = 3 } }));

    [TestCase("stages: [{ name: blur, radius: 10 }]", "POLE0004", 11, 32, "'stages[0].radius' is 10; it can be 1 to 9")]
    [TestCase("stages: [blur, blurr]", "POLE0005", 11, 16, "'stages[1]': there is no module 'blurr'; did you mean 'blur'?")]
    [TestCase("stages: blur", "POLE0003", 11, 9, "'stages'")]
    public void A_fault_is_shown_at_its_item(string yaml, string id, int line, int column, string message)
    {
        var diagnostic = Compile(yaml).Diagnostics.Single();
        var start = diagnostic.Location.GetLineSpan().StartLinePosition;

        Assert.That((diagnostic.Id, start.Line + 1, start.Character + 1), Is.EqualTo((id, line, column)), diagnostic.ToString());
        Assert.That(diagnostic.GetMessage(), Does.Contain(message));
    }

    [Test]
    public void A_former_key_of_an_item_is_read_with_a_warning()
    {
        var compilation = Compile("stages: [{ name: blur, size: 4 }]");

        Assert.That(compilation.Diagnostics.Single().GetMessage(), Is.EqualTo("'size' is called 'radius' now"));
        Assert.That(compilation.LoadExperiments().Single().Stages, Is.EqualTo(new[] { new BlurOptions { Radius = 4 } }));
    }

    [Test]
    public void A_stage_is_appended_to_those_of_the_base() => Assert.That(Extend("stages: !append [{ name: blur, radius: 5 }]").Stages, Is.EqualTo(new[] { new BlurOptions(), new BlurOptions { Radius = 3 }, new BlurOptions { Radius = 5 } }));

    [Test]
    public void A_stage_is_removed_by_its_name() => Assert.That(Extend("stages: !remove [blur]").Stages, Is.Empty);

    [Test]
    public void A_reference_finds_an_item_by_place_and_by_name() =>
        Assert.That(Load("stages: [{ name: blur, radius: 3 }, { name: blur, radius: '${stages[0].radius}' }, { name: blur, radius: '${stages.blur.radius}' }]").Stages, Is.All.EqualTo(new BlurOptions { Radius = 3 }));

    [TestCase("stages.blur.radius: [4, 5]", 0)]
    [TestCase("stages[1].radius: [4, 5]", 1)]
    public void Options_of_an_item_are_swept(string axis, int place)
    {
        var points = Compile($"{Two}\nsweep:\n  {axis}").LoadExperiments();

        Assert.That(points.Select(point => point.Name), Is.EqualTo(new[] { "shapes/a/radius-4", "shapes/a/radius-5" }));
        Assert.That(points.Select(point => ((BlurOptions)point.Stages![place]).Radius), Is.EqualTo(new[] { 4, 5 }));
        Assert.That(points.Select(point => point.Stages![1 - place]), Has.All.EqualTo(Load(Two).Stages![1 - place]));
    }

    [Test]
    public void With_and_without_a_stage_are_points_of_a_sweep() => Assert.That(Compile("sweep: { stages: [[], [{ name: blur, radius: 2 }]] }").LoadExperiments().Select(point => point.Name), Is.EquivalentTo(new[] { "shapes/a/stages-none", "shapes/a/stages-blur-radius-2" }));

    [Test]
    public void An_option_of_an_item_knows_its_place() => Assert.That(Load("stages:\n  - blur\n  - name: blur\n    radius: 3").Origins.Of("stages[1].radius"), Is.EqualTo(new SpecOrigin("shapes/a.yaml", 14, 13)));

    private static Experiment Load(string yaml) => Compile(yaml).LoadExperiments().Single();

    private static SpecCompilation Compile(string yaml) => Specs.Compile($"{Specs.Shapes}\n{yaml}");

    private static Experiment Extend(string yaml) => Specs.Compile($"extends: ../base/b.yaml\n{yaml}", ("base/b.yaml", $"{Specs.Shapes}\n{Two}")).LoadExperiments().Single();
}
