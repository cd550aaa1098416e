using Pole.Runner.Building;
using Pole.Runner.Specs;
using Pole.Specs.Diagnostics;

[assembly: Pole.PoleModuleExport(typeof(Pole.Runner.Tests.BlurOptions))]

namespace Pole.Runner.Tests;

/// <summary>A stage of the tests.</summary>
[PoleModule("blur")]
public sealed record BlurOptions : IModuleOptions<Stage>, ICrossChecked
{
    /// <summary>In pixels.</summary>
    [System.ComponentModel.DataAnnotations.Range(1, 9)] public int Radius { get; init; } = 1;

    /// <summary>What it takes and gives.</summary>
    public BlurTarget Target { get; init; } = new();

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        if (Radius == 9) yield return new SpecConflict($"{path}.radius", "nothing is left");
    }

    public Stage Create(ModuleContext context) => new BlurStage(Target.OfMasks ? Slots.Masks : Slots.Cams);
}

public sealed record BlurTarget
{
    public bool OfMasks { get; init; }
}

internal sealed class BlurStage(Slot slot) : ImageStage
{
    public override string Name => "blur";

    public override int Version => 1;

    public override IReadOnlyList<TakenSlot> Takes => [slot];

    public override string SplitOf(StageSpec spec, IDataset dataset) => dataset.TrainSplit;

    public override void Produce(StageRun run, IEnumerable<ImageBlock> blocks) => throw new NotSupportedException("it is only planned");
}

/// <summary>A list of modules in what is told of specs.</summary>
public sealed class StageListTests
{
    private const string Spec = """
        description: Two stages.
        dataset: shapes
        backbone: resnet
        baseline: { epochs: 1, learning-rate: 0.1 }
        stages:
          - blur
          - name: blur
            radius: 3
        """;

    [Test]
    public void Items_are_shown_with_the_places_of_their_options() => Assert.That(ResolvedSpecText.Of(Load(Spec)), Does.Match("""
        stages:
          - name: blur +# mine/a\.yaml:6
            radius: 1 +# default
            target:
              of-masks: false +# default
          - name: blur +# mine/a\.yaml:7
            radius: 3 +# mine/a\.yaml:8
            target:
              of-masks: false +# default
        """));

    [Test]
    public void What_is_shown_is_a_spec_of_the_same_experiment() => Assert.That(Load(ResolvedSpecText.Of(Load(Spec))).Fingerprint, Is.EqualTo(Load(Spec).Fingerprint));

    [Test]
    public void A_difference_is_at_the_option_of_the_item()
    {
        var difference = SpecDifference.Between(Load(Spec), Load(Spec.Replace("radius: 3", "radius: 4")));

        Assert.That(difference.Changes.Select(change => (change.Path, change.Before, change.After)), Is.EqualTo(new[] { ("stages[1].radius", "3", "4") }));
        Assert.That(difference.Stages, Is.EqualTo(new[] { "blur-2" }));
    }

    [Test]
    public void An_item_is_cross_checked_at_its_line() =>
        Assert.That(CrossChecks.Find(Load(Spec.Replace("radius: 3", "radius: 9"))), Is.EqualTo(new[] { new BuildFault(SpecRules.Conflict.Id, "mine/a.yaml", 8, 13, "'stages[1].radius' of mine/a: nothing is left") }));

    [Test]
    public void A_stage_that_takes_what_nobody_gives_is_an_error_at_its_line() =>
        Assert.That(CrossChecks.Find(Load(Spec.Replace("radius: 3", "target: { of-masks: true }"))), Is.EqualTo(new[] { new BuildFault(SpecRules.Conflict.Id, "mine/a.yaml", 7, 5, "'stages[1]' of mine/a: the stage 'blur' takes masks, which no stage of the experiment gives") }));

    [Test]
    public void The_schema_has_the_items()
    {
        var schema = Json.Schema.JsonSchema.FromText(SpecSchema.Write(SpecNames.None));

        Assert.That(Fits("""{ "stages": ["blur", { "name": "blur", "radius": 3 }] }"""), Is.True);
        Assert.That(Fits("""{ "stages": [{ "name": "blur", "radius": 10 }] }"""), Is.False);

        bool Fits(string spec) => schema.Evaluate(System.Text.Json.Nodes.JsonNode.Parse(spec)).IsValid;
    }

    [Test]
    public void The_reference_has_the_items() => Assert.That(SpecReference.Write(), Does.Contain("| `stages` | list of [modules: Stage](#modules-stage) |").And.Contain("### blur").And.Contain("| `radius` | whole number, 1 to 9 | `1` |"));

    private static Experiment Load(string yaml) => SpecLoader.Load(new Dictionary<string, string> { ["mine/a.yaml"] = yaml }, "now").Single();
}
