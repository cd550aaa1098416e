using Pole.Zoo.Objective;

namespace Pole.Generators.Tests;

/// <summary>A map over a list of modules of the base changes those that its keys name.</summary>
public sealed class ModuleListTests
{
    [Test]
    public void An_option_of_one_module_is_changed() =>
        Assert.That(Terms("{ otm: { weight: 2 } }"), Is.EqualTo(new IModuleOptions<ObjectiveTerm>[] { new OtmOptions { Weight = 2 }, new RegOptions() }));

    [Test]
    public void A_module_that_is_a_bare_name_gets_options() =>
        Assert.That(Terms("{ reg: { weight: 2 } }"), Is.EqualTo(new IModuleOptions<ObjectiveTerm>[] { new OtmOptions { Weight = 5 }, new RegOptions { Weight = 2 } }));

    [Test]
    public void A_module_that_is_nothing_is_taken_out() => Assert.That(Terms("{ otm: ~ }"), Is.EqualTo(new IModuleOptions<ObjectiveTerm>[] { new RegOptions() }));

    [TestCase("{ otn: { weight: 2 } }", "POLE0020", 2, 23, "'otn' cannot be changed: the base does not have it; did you mean 'otm'?")]
    [TestCase("{ otm: { weight: 5 } }", "POLE0022", 2, 30, "'weight' is 5 in the base already")]
    [TestCase("{ otm: { wight: 2 } }", "POLE0002", 2, 30, "unknown key 'wight' in 'objective.terms[0]'; did you mean 'weight'?")]
    public void A_fault_is_shown_at_its_key(string terms, string id, int line, int column, string message)
    {
        var fault = Compile(terms).Diagnostics.Single();
        var start = fault.Location.GetLineSpan().StartLinePosition;

        Assert.That((fault.Id, start.Line + 1, start.Character + 1), Is.EqualTo((id, line, column)), fault.ToString());
        Assert.That(fault.GetMessage(), Does.Contain(message));
    }

    private static IReadOnlyList<IModuleOptions<ObjectiveTerm>> Terms(string terms) => Compile(terms).LoadExperiments().Single().Objective!.Terms;

    private static SpecCompilation Compile(string terms) => SpecCompilation.Of([("base/a.yaml", Specs.Shapes), ("shapes/b.yaml", $"extends: ../base/a.yaml\nobjective: {{ terms: {terms} }}"), Specs.Corpus]);
}
