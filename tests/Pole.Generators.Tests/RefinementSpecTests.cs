using System.Text.RegularExpressions;
using Pole.Pipeline.Refinement.Steps;

namespace Pole.Generators.Tests;

/// <summary>Steps of the refinement in specs; the documented ones as they stand in docs/refinement.md.</summary>
public sealed partial class RefinementSpecTests
{
    private static IEnumerable<string> Documented => YamlBlock().Matches(File.ReadAllText(Path.Combine(CheckedInSpecs.Root, "..", "docs", "refinement.md"))).SelectMany(block => block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    [TestCaseSource(nameof(Documented))]
    public void A_documented_spec_compiles(string yaml) => Assert.That(Specs.Compile($"{Specs.Shapes}\n{yaml}").Diagnostics, Is.Empty);

    [Test]
    public void Keys_of_the_steps_arrive()
    {
        var steps = Specs.Compile($"{Specs.Shapes}\nrefinement: {{ steps: [{{ name: par, iterations: 5, dilations: [1, 3], colour-scale: 0.2, position-weight: 0.1, background-power: 2 }}, {{ name: sepl, masks: sam, mask-overlap: 0.6, class-overlap: 0.9 }}] }}").LoadExperiments().Single().Refinement!.Steps!;

        Assert.That(steps[0], Is.EqualTo(new PixelAdaptiveStepOptions { Iterations = 5, Dilations = ((PixelAdaptiveStepOptions)steps[0]).Dilations, ColourScale = 0.2, PositionWeight = 0.1, BackgroundPower = 2 }));
        Assert.That(((PixelAdaptiveStepOptions)steps[0]).Dilations, Is.EqualTo(new[] { 1, 3 }));
        Assert.That(steps[1], Is.EqualTo(new MaskMergingOptions { Masks = "sam", MaskOverlap = 0.6, ClassOverlap = 0.9 }));
    }

    [TestCase("{ name: par, dilations: [0] }", "dilations")]
    [TestCase("{ name: par, colour-scale: 0 }", "colour-scale")]
    [TestCase("{ name: sepl, masks: sam, class-overlap: 1.5 }", "class-overlap")]
    [TestCase("sepl", "masks")]
    public void A_value_that_does_not_fit_is_an_error(string step, string key) => Assert.That(Specs.Compile($"{Specs.Shapes}\nrefinement: {{ steps: [{step}] }}").Diagnostics.Single().GetMessage(), Does.Contain(key));

    [GeneratedRegex("^```yaml\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex YamlBlock();
}
