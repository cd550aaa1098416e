namespace Pole.Generators.Tests;

/// <summary>One experiment for every point of a sweep.</summary>
public sealed class SweepTests
{
    [Test]
    public void Every_combination_is_an_experiment_named_from_its_values()
    {
        var experiments = Sweep("prompt.synonyms: [1, 2]\n  cam.threshold: [0.1, 0.3]").LoadExperiments();

        Assert.That(experiments.Select(experiment => experiment.Name), Is.EqualTo(new[] { "shapes/a/synonyms-1-threshold-0.1", "shapes/a/synonyms-1-threshold-0.3", "shapes/a/synonyms-2-threshold-0.1", "shapes/a/synonyms-2-threshold-0.3" }));
        Assert.That(experiments.Select(experiment => (experiment.Prompt!.Synonyms, experiment.Cam.Threshold)), Is.EqualTo(new[] { (1, 0.1), (1, 0.3), (2, 0.1), (2, 0.3) }));
        Assert.That(experiments.Select(experiment => experiment.Sweep), Is.All.EqualTo("shapes/a"));
        Assert.That(experiments.Select(experiment => experiment.Fingerprint), Is.Unique);
    }

    [Test]
    public void Lists_under_zip_go_side_by_side() =>
        Assert.That(Sweep("zip: { prompt.synonyms: [1, 2], seed: [7, 8] }").LoadExperiments().Select(experiment => (experiment.Prompt!.Synonyms, experiment.Seed)), Is.EqualTo(new[] { (1, 7), (2, 8) }));

    [Test]
    public void A_matrix_is_multiplied_with_a_zip() => Assert.That(Sweep("zip: { prompt.synonyms: [1, 2], seed: [7, 8] }\n  cam.threshold: [0.1, 0.2, 0.3]").LoadExperiments(), Has.Count.EqualTo(6));

    [Test]
    public void Excluded_points_are_left_out_and_included_ones_added()
    {
        var experiments = Sweep("prompt.synonyms: [1, 2]\n  seed: [0, 1]\n  exclude: [{ prompt.synonyms: 1, seed: 1 }]\n  include: [{ prompt.synonyms: 2, seed: 9 }]").LoadExperiments();

        Assert.That(experiments.Select(experiment => (experiment.Prompt!.Synonyms, experiment.Seed)), Is.EquivalentTo(new[] { (1, 0), (2, 0), (2, 1), (2, 9) }));
    }

    [Test]
    public void Values_that_differ_in_punctuation_alone_are_excluded_one_by_one() =>
        Assert.That(Sweep("prompt.template: [\"a photo of {}\", \"a photo of {}.\", \"of {}\"]\n  exclude: [{ prompt.template: 'a photo of {}.' }]").LoadExperiments().Select(experiment => experiment.Prompt?.Template), Is.EqualTo(new[] { "a photo of {}", "of {}" }));

    [Test]
    public void Points_with_more_values_than_a_file_name_holds_have_short_names_of_their_own()
    {
        var words = string.Join(", ", Enumerable.Range(0, 40).Select(index => $"background{index}"));
        var names = Sweep($"prompt.backgrounds: [[{words}, river], [{words}, sea]]").LoadExperiments().Select(experiment => experiment.Name).ToList();

        Assert.That(names, Is.Unique.And.All.Matches<string>(name => name!.StartsWith("shapes/a/backgrounds-background0-background1-", StringComparison.Ordinal) && name.Split('/')[^1].Length <= 160));
    }

    [Test]
    public void A_value_may_be_a_module_with_options() =>
        Assert.That(Sweep("backbone: [{ name: resnet, width: 4 }, resnet50]").LoadExperiments().Select(experiment => experiment.Name), Is.EqualTo(new[] { "shapes/a/backbone-resnet-width-4", "shapes/a/backbone-resnet50" }));

    [Test]
    public void Options_of_a_module_are_swept_below_its_name() =>
        Assert.That(SpecCompilation.Of([("shapes/a.yaml", $"{Specs.Shapes.Replace("backbone: { name: resnet, width: 8 }", "backbone: resnet")}\nsweep: {{ backbone.width: [4, 8] }}"), Specs.Corpus]).LoadExperiments().Select(experiment => experiment.Name), Is.EqualTo(new[] { "shapes/a/width-4", "shapes/a/width-8" }));

    [Test]
    public void Keys_of_one_name_are_told_apart_by_their_paths() =>
        Assert.That(Sweep("baseline.epochs: [1, 2]\n  clims.epochs: [3]").LoadExperiments().Select(experiment => experiment.Name), Is.EqualTo(new[] { "shapes/a/baseline-epochs-1-clims-epochs-3", "shapes/a/baseline-epochs-2-clims-epochs-3" }));

    [Test]
    public void A_point_keeps_its_name_when_values_are_added()
    {
        var before = Sweep("seed: [1, 2]").LoadExperiments().ToDictionary(experiment => experiment.Name, experiment => experiment.Fingerprint);
        var after = Sweep("seed: [0, 1, 2, 3]").LoadExperiments().ToDictionary(experiment => experiment.Name, experiment => experiment.Fingerprint);

        Assert.That(before, Is.SubsetOf(after));
    }

    [Test]
    public void A_sweep_of_a_base_is_swept_by_each_that_extends_it() =>
        Assert.That(Specs.Compile("extends: ../base/b.yaml", ("shapes/c.yaml", "extends: ../base/b.yaml\nseed: 5"), ("base/b.yaml", $"{Specs.Shapes}\nsweep: {{ prompt.synonyms: [1, 2] }}")).LoadExperiments().Select(experiment => experiment.Name),
            Is.EqualTo(new[] { "shapes/a/synonyms-1", "shapes/a/synonyms-2", "shapes/c/synonyms-1", "shapes/c/synonyms-2" }));

    [Test]
    public void A_comparison_may_name_a_point() =>
        Assert.That(Specs.Compile($"{Specs.Shapes}\ncompare: [shapes/b/seed-1]", ("shapes/b.yaml", $"{Specs.Shapes}\nsweep: {{ seed: [1, 2] }}")).Diagnostics, Is.Empty);

    [TestCase("seed: 3", 12, 9, "'seed' is swept over a list of values")]
    [TestCase("seed: []", 12, 9, "'seed' is swept over a list of values")]
    [TestCase("zip: { seed: [1, 2], prompt.synonyms: [1] }", 12, 41, "'prompt.synonyms' has another number of values than 'seed'")]
    [TestCase("seed: [1, 2]\n  exclude: [{ seed: 5 }]", 13, 21, "'seed' is never '5' in the sweep")]
    [TestCase("seed: [1, 1]", 12, 13, "two points of the sweep are called 'shapes/a/seed-1'")]
    [TestCase("seed: [1]\n  include: 5", 13, 12, "'include' is a list of maps")]
    public void A_fault_of_a_sweep_is_shown_at_its_place(string sweep, int line, int column, string message) => Expect(Sweep(sweep), "POLE0021", line, column, message);

    [Test]
    public void Too_many_points_are_an_error_with_their_number()
    {
        Expect(Sweep($"seed: [{string.Join(", ", Enumerable.Range(0, 40))}]\n  baseline.epochs: [{string.Join(", ", Enumerable.Range(1, 40))}]"), "POLE0021", 11, 1, "the sweep has 1600 points, more than 1000");
        Assert.That(Sweep($"limit: 1600\n  seed: [{string.Join(", ", Enumerable.Range(0, 40))}]\n  baseline.epochs: [{string.Join(", ", Enumerable.Range(1, 40))}]").Diagnostics, Is.Empty);
    }

    [Test]
    public void A_wrong_value_is_reported_at_its_place_in_the_sweep() => Expect(Sweep("prompt.synonyms: [1, 3]"), "POLE0011", 12, 24, "3 names per class are required");

    [Test]
    public void A_fault_that_all_points_share_is_shown_once() =>
        Assert.That(Sweep("seed: [1, 2, 3]", "cam: { treshold: 0.1 }").Diagnostics.Select(diagnostic => diagnostic.Id), Is.EqualTo(new[] { "POLE0002" }));

    private static SpecCompilation Sweep(string sweep, string more = "") => SpecCompilation.Of([("shapes/a.yaml", $"{Specs.Shapes}\nsweep:\n  {sweep}\n{more}"), Specs.Corpus]);

    private static void Expect(SpecCompilation compilation, string id, int line, int column, string message)
    {
        var diagnostic = compilation.Diagnostics.Single();
        var start = diagnostic.Location.GetLineSpan().StartLinePosition;
        Assert.That((diagnostic.Id, start.Line + 1, start.Character + 1), Is.EqualTo((id, line, column)), diagnostic.ToString());
        Assert.That(diagnostic.GetMessage(), Does.Contain(message));
    }
}
