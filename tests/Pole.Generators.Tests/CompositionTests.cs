namespace Pole.Generators.Tests;

/// <summary>What <c>extends</c> does.</summary>
public sealed class CompositionTests
{
    [Test]
    public void Maps_merge_and_scalars_are_replaced()
    {
        var code = Extend("prompt: { synonyms: 1 }").Source("shapes/a");

        Assert.That(code, Does.Contain("Synonyms = 1,").And.Contain("Corpus = global::Pole.Experiments.Corpora.Shapes.Value,"));
    }

    [Test]
    public void Lists_are_replaced() =>
        Assert.That(Extend("cam: { scales: [1] }", "cam: { scales: [1, 2], threshold: 0.5 }").Source("shapes/a"), Does.Contain("Scales = [1.0],").And.Contain("Threshold = 0.5,"));

    [Test]
    public void Options_of_the_same_module_merge() =>
        Assert.That(Extend("backbone: { stride: 8 }").Source("shapes/a"), Does.Contain("Width = 8,").And.Contain("Stride = 8,"));

    [Test]
    public void Another_module_drops_the_options_of_the_base() =>
        Assert.That(Extend("backbone: { name: resnet50, stride: 8 }").Source("shapes/a"), Does.Contain("ResNet50Options").And.Not.Contain("Width"));

    [Test]
    public void Of_several_bases_the_later_goes_over_the_earlier()
    {
        var code = Specs.Compile("extends: [../base/b.yaml, ../base/c.yaml]\ndescription: x", ("base/b.yaml", $"{Specs.Shapes}\nseed: 2\ncam: {{ threshold: 0.5 }}"), ("base/c.yaml", "seed: 3\ncam: { scales: [1] }")).Source("shapes/a");

        Assert.That(code, Does.Contain("Seed = 3,").And.Contain("Threshold = 0.5,").And.Contain("Scales = [1.0],").And.Contain("Description = \"x\","));
    }

    [Test]
    public void Several_bases_may_share_one() =>
        Assert.That(Specs.Compile("extends: [../base/b.yaml, ../base/c.yaml]", ("base/b.yaml", "extends: d.yaml\nseed: 2"), ("base/c.yaml", "extends: d.yaml"), ("base/d.yaml", Specs.Shapes)).Source("shapes/a"), Does.Contain("Seed = 2,"));

    [Test]
    public void Null_removes_a_key() =>
        Assert.That(Extend("clip: ~\nprompt: ~\nobjective: ~\nclims: ~").Source("shapes/a"), Does.Not.Contain("Clip"));

    [Test]
    public void A_base_may_extend_another() =>
        Assert.That(Specs.Compile("extends: ../base/b.yaml\nseed: 3", ("base/b.yaml", "extends: c.yaml\nseed: 2"), ("base/c.yaml", Specs.Shapes)).Source("shapes/a"), Does.Contain("Seed = 3,").And.Contain("Width = 8,"));

    [Test]
    public void An_experiment_may_extend_an_experiment() =>
        Assert.That(Specs.Compile(Specs.Shapes, ("shapes/b.yaml", "extends: a.yaml\nseed: 7")).Source("shapes/b"), Does.Contain("Seed = 7,").And.Contain("Name = \"shapes/b\","));

    [Test]
    public void Bases_are_not_experiments() =>
        Assert.That(Extend("seed: 1").Source("CompiledExperiments"), Does.Contain("AExperiment").And.Not.Contain("BExperiment"));

    private static SpecCompilation Extend(string yaml, string more = "") => Specs.Compile($"extends: ../base/b.yaml\n{yaml}", ("base/b.yaml", $"{Specs.Shapes}\n{more}"));
}
