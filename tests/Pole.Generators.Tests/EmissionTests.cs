using CsCheck;

namespace Pole.Generators.Tests;

/// <summary>The generated code is C# that compiles, and holds what the spec says.</summary>
public sealed class EmissionTests
{
    [Test]
    public void A_spec_becomes_a_typed_experiment()
    {
        var experiment = Specs.Compile(Specs.Shapes).LoadExperiments().Single();

        Assert.Multiple(() =>
        {
            Assert.That(experiment.Name, Is.EqualTo("shapes/a"));
            Assert.That(experiment.ExecutableName, Is.EqualTo("pole-shapes-a"));
            Assert.That(experiment.Backbone, Is.EqualTo(new Zoo.Backbones.ResNetOptions { Width = 8, Blocks = ((Zoo.Backbones.ResNetOptions)experiment.Backbone!).Blocks }));
            Assert.That(experiment.Prompt!.Corpus.Take("car", 3), Is.EqualTo(new[] { "car", "taxi", "van" }));
            Assert.That(experiment.Clims!.LearningRate, Is.EqualTo(0.01));
            Assert.That(experiment.Objective!.Terms, Is.EqualTo(new IModuleOptions<ObjectiveTerm>[] { new Zoo.Objective.OtmOptions { Weight = 5 }, new Zoo.Objective.RegOptions() }));
        });
    }

    [Test]
    public void Names_become_namespaces_and_classes() =>
        Assert.That(SpecCompilation.Of([("shapes/2x/my-own ablation.yaml", Specs.Shapes), Specs.Corpus]).Source("shapes/2x/my-own ablation"),
            Does.Contain("namespace Pole.Experiments.Shapes._2x;").And.Contain("class MyOwnAblationExperiment"));

    [Test]
    public void Any_text_and_any_number_survive_the_way_into_code() =>
        Gen.Select(Gen.String[Gen.Char[' ', '\u02ff'], 1, 40].Where(text => text.Trim().Length > 0 && !text.Any(char.IsControl)), Gen.Double[0, 100]).Sample((text, number) =>
        {
            var quoted = $"'{text.Replace("'", "''")}'";
            var yaml = Specs.Shapes.Replace("A complete spec.", quoted).Replace("0.01", number.ToString("R", System.Globalization.CultureInfo.InvariantCulture));
            var experiment = Specs.Compile(yaml).LoadExperiments().Single();
            return experiment.Description == text && experiment.Clims!.LearningRate.Equals(number);
        }, iter: 25);

    [Test]
    public void A_spec_without_faults_always_compiles_as_code() =>
        Gen.Select(Gen.Int[1, 2], Gen.Bool.Select(eight => eight ? "8" : "16"), Gen.Bool, Gen.Double[0, 1]).Sample((synonyms, stride, freeze, ratio) =>
            Specs.Compile($"{Specs.Shapes.Replace("synonyms: 2", $"synonyms: {synonyms}").Replace("width: 8", $"stride: {stride}, freeze-stem: {(freeze ? "true" : "false")}")}\nadaptor: {{ image: {{ name: residual, ratio: {ratio:R} }} }}").LoadExperiments().Single()
                .Adaptor.Image is Zoo.Adaptors.ResidualAdaptorOptions { Ratio: var bound } && bound.Equals(ratio), iter: 20);

    [Test]
    public void The_checked_in_specs_compile_without_diagnostics()
    {
        var compilation = CheckedInSpecs.Compile();

        Assert.That(compilation.Diagnostics, Is.Empty);
        Assert.That(compilation.LoadExperiments().Select(experiment => experiment.Name), Does.Contain("shapes/pole").And.Contain("voc12/pole"));
    }

    [Test]
    public void The_fingerprint_ignores_name_and_description_and_follows_everything_else()
    {
        var experiments = SpecCompilation.Of([("shapes/a.yaml", Specs.Shapes), ("shapes/b.yaml", "extends: a.yaml\ndescription: Another."), ("shapes/c.yaml", "extends: a.yaml\nbackbone: { width: 12 }"), Specs.Corpus]).LoadExperiments();

        Assert.That(experiments[1].Fingerprint, Is.EqualTo(experiments[0].Fingerprint));
        Assert.That(experiments[2].Fingerprint, Is.Not.EqualTo(experiments[0].Fingerprint));
    }
}
