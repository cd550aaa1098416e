using Pole.Zoo.Adaptors;
using Pole.Zoo.Objective;

namespace Pole.Generators.Tests;

/// <summary>Keys at paths that they had before <c>objective.terms</c> and modules for adaptors.</summary>
public sealed class MovedKeyTests
{
    private static readonly string Shapes = Specs.Shapes.Replace("objective: { terms: [{ name: otm, weight: 5 }, reg] }", "loss: {}");

    [Test]
    public void Values_are_read_at_their_former_paths_with_a_warning_that_says_the_new_one()
    {
        var compilation = Specs.Compile(Shapes.Replace("loss: {}", "loss: { otm: 3, background-threshold: 0.4 }"));

        Assert.That(compilation.Diagnostics.Select(diagnostic => (diagnostic.Id, diagnostic.Location.GetLineSpan().StartLinePosition.Character + 1, diagnostic.GetMessage())), Is.EqualTo(new[]
        {
            ("POLE0024", 9, "'loss.otm' has moved to 'objective.terms.otm.weight'"),
            ("POLE0024", 17, "'loss.background-threshold' has moved to 'objective.terms.cbs.threshold'"),
        }));
        Assert.That(compilation.LoadExperiments().Single().Objective!.Terms, Is.EqualTo(new IModuleOptions<ObjectiveTerm>[] { new OtmOptions { Weight = 3 }, new BtmOptions(), new CbsOptions { Threshold = 0.4 }, new RegOptions() }));
    }

    [Test]
    public void The_former_weights_of_a_sweep_and_of_a_base_are_read()
    {
        var points = SpecCompilation.Of([("base/a.yaml", Shapes.Replace("loss: {}", "loss: { reg: 4 }")), ("shapes/b.yaml", "extends: ../base/a.yaml\nsweep: { loss.otm: [1, 2] }"), Specs.Corpus]).LoadExperiments();

        Assert.That(points.Select(point => (((OtmOptions)point.Objective!.Terms[0]).Weight, ((RegOptions)point.Objective.Terms[3]).Weight)), Is.EqualTo(new[] { (1.0, 4.0), (2.0, 4.0) }));
    }

    [Test]
    public void A_former_weight_changes_the_terms_of_a_base_that_has_them()
    {
        var experiment = SpecCompilation.Of([("base/a.yaml", Specs.Shapes), ("shapes/b.yaml", "extends: ../base/a.yaml\nloss: { otm: 7 }"), Specs.Corpus]).LoadExperiments().Single();

        Assert.That(experiment.Objective!.Terms, Is.EqualTo(new IModuleOptions<ObjectiveTerm>[] { new OtmOptions { Weight = 7 }, new RegOptions() }));
    }

    [Test]
    public void Ratios_of_adaptors_are_those_of_residual_adaptors()
    {
        var adaptor = Specs.Compile($"{Specs.Shapes}\nadaptor: {{ image-ratio: 0.3, reduction: 2, rate: 0.1 }}").LoadExperiments().Single().Adaptor;

        Assert.That(adaptor, Is.EqualTo(new AdaptorOptions { Image = new ResidualAdaptorOptions { Ratio = 0.3, Reduction = 2 }, Text = new ResidualAdaptorOptions { Ratio = 0, Reduction = 2 }, Rate = 0.1 }));
    }

    [TestCase("loss: 3", "unknown key 'loss'")]
    [TestCase("loss: { otn: 3 }", "unknown key 'loss'")]
    public void What_never_was_a_key_is_none_now(string yaml, string message) =>
        Assert.That(Specs.Compile(Shapes.Replace("loss: {}", yaml)).Diagnostics.Single().GetMessage(), Does.StartWith(message));

    [TestCase("loss: { otm: none }", 14, "'objective.terms[0].weight' must be a number, not 'none'")]
    public void A_fault_is_shown_where_the_value_stands(string yaml, int column, string message)
    {
        var fault = Specs.Compile(Shapes.Replace("loss: {}", yaml)).Diagnostics.Single(diagnostic => diagnostic.Id != "POLE0024");

        Assert.That((fault.Location.GetLineSpan().StartLinePosition.Character + 1, fault.GetMessage()), Is.EqualTo((column, message)));
    }
}
