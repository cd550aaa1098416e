using Pole.Zoo.Prompts.Selection;

namespace Pole.Zoo.Tests;

/// <summary>Which of a class's names each rule chooses.</summary>
public sealed class SelectionRuleTests
{
    private static readonly string[] Birds = ["bird", "owl", "swan"], Cars = ["car", "taxi", "van"];

    private static readonly NameCandidates[] Scored =
    [
        new("one", 0, Birds, [0.2, 0.5, 0.3]), new("one", 1, Cars, [0.1, 0.2, 0.7]),
        new("two", 0, Birds, [0.1, 0.4, 0.5]), new("three", 1, Cars, [0.6, 0.3, 0.1]),
    ];

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-selection-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void The_best_name_of_an_image_has_its_highest_score() => Assert.That(Choose(new BestPerImageOptions()), Is.EqualTo(new[] { 1, 2, 2, 0 }));

    [Test]
    public void The_best_name_of_a_class_has_the_highest_mean_over_its_images() => Assert.That(Choose(new BestPerClassOptions()), Is.EqualTo(new[] { 1, 2, 1, 2 }));

    [Test]
    public void Chance_draws_every_name_about_equally_often_and_an_image_keeps_its_name_whatever_others_there_are()
    {
        NameCandidates[] many = [.. Enumerable.Range(0, 3000).Select(image => new NameCandidates($"{image}", 0, Birds, []))];
        var rule = new RandomNameOptions().Create(ModuleContext.None);
        var all = rule.Choose(many);

        Assert.That(all.CountBy(name => name).Select(count => count.Value), Is.All.InRange(900, 1100).And.Exactly(3).Items);
        Assert.That(rule.Choose(many[1000..1100]), Is.EqualTo(all.Skip(1000).Take(100)));
        Assert.That(Choose(new RandomNameOptions { Seed = 1 }, many), Is.Not.EqualTo(all));
    }

    [Test]
    public void Published_names_go_to_the_classes_of_an_image_in_ascending_order()
    {
        Publish("""{ "selections": { "one": ["swan", "car"], "two": ["bird"], "three": ["taxi"], "four": ["van"] } }""");

        Assert.That(Choose(new PublishedNamesOptions { File = "names.json" }), Is.EqualTo(new[] { 2, 0, 0, 1 }));
    }

    [TestCase("""{ "selections": { "one": ["swan", "car"], "two": ["bird"] } }""", "it has no names for image 'three'")]
    [TestCase("""{ "selections": { "one": ["swan"], "two": ["bird"], "three": ["taxi"] } }""", "it has 1 names for image 'one', which has 2 classes")]
    [TestCase("""{ "selections": { "one": ["swan", "crow"], "two": ["bird"], "three": ["taxi"] } }""", "'crow' of image 'one' is not among the names of its class 'car' (car, taxi, van): raise prompt.synonyms")]
    [TestCase("""{ "choices": {} }""", "it has no 'selections'")]
    [TestCase("[]", "it has no 'selections'")]
    [TestCase("{", "cannot be read as a selection")]
    public void A_published_selection_that_does_not_fit_is_one_error_with_the_file(string text, string fault)
    {
        Publish(text);

        Assert.That(() => Choose(new PublishedNamesOptions { File = "names.json" }), Throws.InstanceOf<ExperimentException>().With.Message.Contains("names.json").And.Message.Contains(fault));
    }

    [Test]
    public void Only_rules_that_look_at_scores_ask_for_them() =>
        Assert.That(new IModuleOptions<ISelectionRule>[] { new BestPerImageOptions(), new BestPerClassOptions(), new RandomNameOptions(), new PublishedNamesOptions { File = "names.json" } }.Select(options => options.Create(ModuleContext.None).ReadsScores), Is.EqualTo(new[] { true, true, false, false }));

    private void Publish(string text) => File.WriteAllText(Path.Combine(folder, "names.json"), text);

    private IReadOnlyList<int> Choose(IModuleOptions<ISelectionRule> options, IReadOnlyList<NameCandidates>? candidates = null) =>
        options.Create(ModuleContext.None with { WeightsFolder = folder }).Choose(candidates ?? Scored);
}
