namespace Pole.Generators.Tests;

/// <summary><c>!append</c>, <c>!remove</c>, <c>!include</c> and <c>${references}</c>.</summary>
public sealed class CompositionTagTests
{
    private const string Backgrounds = "prompt: { backgrounds: [tree, river] }";

    [Test]
    public void Append_adds_to_the_list_of_the_base() =>
        Assert.That(Extend("prompt: { backgrounds: !append [sky] }").Prompt!.Backgrounds, Is.EqualTo(new[] { "tree", "river", "sky" }));

    [Test]
    public void Remove_takes_items_out_of_the_list_of_the_base() =>
        Assert.That(Extend("prompt: { backgrounds: !remove [tree] }").Prompt!.Backgrounds, Is.EqualTo(new[] { "river" }));

    [Test]
    public void Remove_takes_keys_out_of_the_map_of_the_base() => Assert.That(Extend("prompt: !remove [backgrounds]").Prompt!.Backgrounds, Is.Empty);

    [Test]
    public void Remove_alone_takes_the_key_back() => Assert.That(Extend("prompt: { backgrounds: !remove }").Prompt!.Backgrounds, Is.Empty);

    [Test]
    public void A_reference_is_the_value_at_its_path() =>
        Assert.That(Extend("clims: { epochs: \"${baseline.epochs}\", learning-rate: 1 }", "baseline: { epochs: 7 }").Clims!.Epochs, Is.EqualTo(7));

    [Test]
    public void A_reference_may_be_to_a_map() => Assert.That(Extend("clims: ${baseline}").Clims!.LearningRate, Is.EqualTo(0.1));

    [Test]
    public void A_reference_sees_the_values_of_a_sweep() =>
        Assert.That(SpecCompilation.Of([("shapes/a.yaml", $"{Specs.Shapes.Replace("clims: { epochs: 1,", "clims: { epochs: '${baseline.epochs}',")}\nsweep: {{ baseline.epochs: [3, 4] }}"), Specs.Corpus]).LoadExperiments().Select(experiment => experiment.Clims!.Epochs), Is.EqualTo(new[] { 3, 4 }));

    [Test]
    public void An_included_block_is_the_value_that_the_other_file_has() =>
        Assert.That(Specs.Compile(Specs.Shapes.Replace("clims: { epochs: 1, learning-rate: 0.01 }", "clims: !include ../base/trainings.yaml#short"), ("base/trainings.yaml", "short: { epochs: 2, learning-rate: 0.5 }")).LoadExperiments().Single().Clims!.LearningRate, Is.EqualTo(0.5));

    [TestCase("prompt: { backgrounds: !append sky }", "POLE0020", 2, 24, "'backgrounds' is a list in the base, and this is a single value")]
    [TestCase("prompt: { backgrounds: !remove [sky] }", "POLE0020", 2, 33, "'sky' cannot be removed: the base does not have it; it has river, tree")]
    [TestCase("cam: { scales: !append [1] }", "POLE0020", 2, 16, "no base gives a list here")]
    [TestCase("seed: ${baseline.epoch}", "POLE0019", 2, 7, "there is no value 'baseline.epoch' to refer to; a default has to be written out; did you mean 'baseline.epochs'?")]
    [TestCase("seed: ${seed}", "POLE0019", 2, 7, "comes back to itself: seed → seed")]
    [TestCase("seed: ${prompt.corpus}", "POLE0003", 2, 7, "'seed' must be a whole number, not 'shapes'")]
    [TestCase("clims: !include ../base/b.yaml", "POLE0020", 2, 8, "an include names a file and a key in it")]
    [TestCase("clims: !include ../base/b.yaml#clms", "POLE0019", 2, 8, "../base/b.yaml has no 'clms'; did you mean 'clims'?")]
    [TestCase("clims: !include ../base/x.yaml#clims", "POLE0007", 2, 8, "there is no spec '../base/x.yaml'")]
    [TestCase("clims: !inculde ../base/b.yaml#clims", "POLE0001", 2, 8, "there is no tag '!inculde'; there are !append, !remove and !include")]
    public void A_fault_is_shown_at_its_place(string yaml, string id, int line, int column, string message)
    {
        var diagnostic = Compile(yaml, "").Diagnostics.Single();
        var start = diagnostic.Location.GetLineSpan().StartLinePosition;

        Assert.That((diagnostic.Id, start.Line + 1, start.Character + 1), Is.EqualTo((id, line, column)), diagnostic.ToString());
        Assert.That(diagnostic.GetMessage(), Does.Contain(message));
    }

    [Test]
    public void Every_given_value_knows_the_line_that_it_comes_from()
    {
        var origins = Extend("prompt: { synonyms: 1 }\nseed: ${baseline.epochs}").Origins;

        Assert.That(origins.Of("prompt.synonyms"), Is.EqualTo(new SpecOrigin("shapes/a.yaml", 2, 21)));
        Assert.That(origins.Of("seed"), Is.EqualTo(new SpecOrigin("shapes/a.yaml", 3, 7)));
        Assert.That(origins.Of("prompt.corpus"), Is.EqualTo(new SpecOrigin("base/b.yaml", 7, 11)));
        Assert.That(origins.Of("cam.threshold"), Is.Null);
    }

    private static Experiment Extend(string yaml, string more = "") => Compile(yaml, more).LoadExperiments().Single();

    private static SpecCompilation Compile(string yaml, string more) =>
        Specs.Compile($"extends: [../base/b.yaml, ../base/c.yaml]\n{yaml}", ("base/b.yaml", Specs.Shapes), ("base/c.yaml", $"{Backgrounds}\n{more}"));
}
