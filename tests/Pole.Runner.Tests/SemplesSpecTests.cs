using System.Reflection;
using Pole.Runner.Building;
using Pole.Runner.Reports;
using Pole.Runner.Specs;
using Pole.Specs.Diagnostics;

namespace Pole.Runner.Tests;

/// <summary>The spec of three trainings, and what the build says of it where it does not fit.</summary>
public sealed class SemplesSpecTests
{
    private static readonly string Experiments = Path.Combine(typeof(SemplesSpecTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "experiments");

    private static readonly string Spec = File.ReadAllText(Path.Combine(Experiments, "shapes", "semples.yaml"));

    [Test]
    public void What_is_checked_in_fits_and_says_which_network_it_trains()
    {
        Assert.That(CrossChecks.Find(Load(Spec)), Is.Empty);
        Assert.That(ScoreTable.MethodName(Load(Spec)), Is.EqualTo("SemPLeS terms on a ResNet"));
    }

    [TestCase("  - segment-label-matching\n", "", "  - name: background-prompts", 5, "'stages[0]' of shapes/semples: the stage 'background-prompts' takes a CAM network of the stage segment-label-matching, which no stage of the experiment gives")]
    [TestCase("tokens: 6", "tokens: 60", "    tokens: 60", 13, "'stages[1].tokens' of shapes/semples: 60 learned tokens and 3 words of \"a photo of {}.\" do not fit into the 10 tokens that the clip reads besides start and end: give fewer than 8, and one less for each sign such as '.' that the clip's tokenizer counts")]
    [TestCase("{ name: contrastive-prompt, name-weight: 0.02 }", "reg", "    objective: {", 16, "'stages[1].objective' of shapes/semples: no term of it trains the prompts: give contrastive-prompt")]
    public void What_does_not_fit_is_an_error_at_its_line(string given, string written, string line, int column, string message)
    {
        var spec = Spec.Replace(given, written);
        var place = 1 + Array.FindIndex(spec.Split('\n'), text => text.StartsWith(line, StringComparison.Ordinal));

        Assert.That(CrossChecks.Find(Load(spec)), Is.EqualTo(new[] { new BuildFault(SpecRules.Conflict.Id, "shapes/semples.yaml", place, column, message) }));
    }

    private static Experiment Load(string spec)
    {
        var texts = new[] { "base/shapes-cam.yaml", "base/shapes-clims.yaml", "corpora/shapes.yaml" }.ToDictionary(file => file, file => File.ReadAllText(Path.Combine(Experiments, file)));
        texts["shapes/semples.yaml"] = spec;
        return SpecLoader.Load(texts, "now").Single();
    }
}
