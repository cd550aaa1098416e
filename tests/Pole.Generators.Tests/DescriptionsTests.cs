namespace Pole.Generators.Tests;

/// <summary>Sentences about classes: files under descriptions/, in YAML or JSON, that a spec names, read at build.</summary>
public sealed class DescriptionsTests
{
    private const string Toys = "classes: { duck: [duck], car: [car] }";

    private const string Yaml = """
        duck:
          - a duck on water. it has a beak.
          - a yellow duck.
        car: [a car on a road.]
        """;

    private const string Spec = """
        description: Toys.
        dataset: { name: folder, classes: toys, root: toys }
        cam: { source: { name: excel, blocks: 2 } }
        clip: vit-b-16
        prompt: { corpus: toys, descriptions: [toys], learner: mean-of-descriptions }
        """;

    [Test]
    public void A_spec_has_the_sentences_of_its_descriptions()
    {
        var compilation = Compile(Spec, ("descriptions/toys.yaml", Yaml));

        Assert.That(compilation.Diagnostics, Is.Empty);
        Assert.That(compilation.Source("toys/a"), Does.Contain("Descriptions = [global::Pole.Experiments.DescriptionFiles.Toys.Value]"));
        var prompt = compilation.LoadExperiments().Single().Prompt!;
        Assert.That(prompt.DescriptionsOf("duck"), Is.EqualTo(new[] { "a duck on water. it has a beak.", "a yellow duck." }));
        Assert.That(prompt.DescriptionsOf("car"), Is.EqualTo(new[] { "a car on a road." }));
    }

    [Test]
    public void Json_is_read_as_YAML_is()
    {
        var json = Compile(Spec, ("descriptions/toys.json", "{\n    \"duck\": [\n        \"a duck on water. it has a beak.\",\n        \"a yellow duck.\"\n    ],\n    \"car\": [\"a car on a road.\"]\n}\n"));

        Assert.That(json.Diagnostics, Is.Empty);
        Assert.That(json.LoadExperiments().Single().Fingerprint, Is.EqualTo(Compile(Spec, ("descriptions/toys.yaml", Yaml)).LoadExperiments().Single().Fingerprint));
    }

    [Test]
    public void Several_sources_follow_each_other()
    {
        var compilation = Compile(Spec.Replace("[toys]", "[toys, more]"), ("descriptions/toys.yaml", Yaml), ("descriptions/more.json", "{ \"duck\": [\"a mallard.\"], \"car\": [\"a taxi.\"] }"));

        Assert.That(compilation.Diagnostics, Is.Empty);
        Assert.That(compilation.LoadExperiments().Single().Prompt!.DescriptionsOf("car"), Is.EqualTo(new[] { "a car on a road.", "a taxi." }));
    }

    [Test]
    public void Another_sentence_is_another_experiment_and_another_name_of_the_file_is_not()
    {
        string Fingerprint(string spec, string path, string yaml) => Compile(spec, (path, yaml)).LoadExperiments().Single().Fingerprint;
        var fingerprint = Fingerprint(Spec, "descriptions/toys.yaml", Yaml);

        Assert.That(Fingerprint(Spec.Replace("[toys]", "[own]"), "descriptions/own.yaml", Yaml), Is.EqualTo(fingerprint));
        Assert.That(Fingerprint(Spec, "descriptions/toys.yaml", Yaml.Replace("yellow", "red")), Is.Not.EqualTo(fingerprint));
    }

    [TestCase("duck: [a duck., A duck.]\ncar: [a car.]\n", "POLE0034", 1, 17, "'duck' has the sentence \"A duck.\" twice")]
    [TestCase("duck: []\ncar: [a car.]\n", "POLE0003", 1, 7, "'duck' is a list of one sentence or more")]
    [TestCase("duck: a duck.\ncar: [a car.]\n", "POLE0003", 1, 7, "'duck' is a list of one sentence or more")]
    [TestCase("duck: [a duck., ~]\ncar: [a car.]\n", "POLE0003", 1, 17, "a sentence about 'duck' is a text")]
    [TestCase("duck:\n  - a duck.\n  - \"  \"\ncar: [a car.]\n", "POLE0003", 3, 5, "a sentence about 'duck' is a text")]
    [TestCase("duck:\n  - a duck.\n  - [a, b]\ncar: [a car.]\n", "POLE0003", 3, 5, "a sentence about 'duck' is a text")]
    [TestCase("duck: [a duck.]\nduck: [a mallard.]\n", "POLE0014", 2, 1, "duck")]
    [TestCase("[a duck.]", "POLE0003", 1, 1, "descriptions are a map from class to sentences")]
    public void A_fault_of_the_file_is_an_error_at_its_place(string yaml, string id, int line, int column, string message) =>
        DiagnosticTests.Expect(SpecCompilation.Of(("descriptions/toys.yaml", yaml)), id, "descriptions/toys.yaml", line, column, message);

    [Test]
    public void A_class_without_sentences_is_an_error_at_the_name_of_the_file() =>
        DiagnosticTests.Expect(Compile(Spec, ("descriptions/toys.yaml", "duck: [a duck.]\n")), "POLE0010", "toys/a.yaml", 5, 40, "the descriptions 'toys' have no sentence about class 'car' of the data set 'folder'");

    [Test]
    public void Descriptions_that_are_not_there_are_an_error_with_the_nearest() =>
        DiagnosticTests.Expect(Compile(Spec.Replace("[toys]", "[toy]"), ("descriptions/toys.yaml", Yaml)), "POLE0012", "toys/a.yaml", 5, 40, "there is no file of descriptions 'toy'; did you mean 'toys'?");

    [Test]
    public void The_first_descriptions_are_told_where_to_be_written() =>
        DiagnosticTests.Expect(Compile(Spec), "POLE0012", "toys/a.yaml", 5, 40, "write descriptions/toys.yaml");

    [Test]
    public void Two_files_of_one_name_are_an_error() =>
        DiagnosticTests.Expect(SpecCompilation.Of(("descriptions/toys.json", "{ \"duck\": [\"a duck.\"] }"), ("descriptions/toys.yaml", Yaml)), "POLE0009", "descriptions/toys.yaml", 1, 1, "the descriptions 'toys' are there already, in descriptions/toys.json");

    [Test]
    public void A_corpus_may_have_the_name_of_descriptions() =>
        Assert.That(Compile(Spec, ("descriptions/toys.yaml", Yaml), ("corpora/names.yaml", "duck: [duck]\ncar: [car]\n"), ("descriptions/names.yaml", Yaml)).Diagnostics, Is.Empty);

    private static SpecCompilation Compile(string spec, params (string Path, string Yaml)[] files) => SpecCompilation.Of([("toys/a.yaml", spec), ("datasets/toys.yaml", Toys), .. files]);
}
