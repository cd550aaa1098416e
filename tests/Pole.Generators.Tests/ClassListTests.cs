namespace Pole.Generators.Tests;

/// <summary>Classes of a data set of one's own: a file under datasets/ that a spec names, read at build.</summary>
public sealed class ClassListTests
{
    private const string Toys = """
        classes:
          duck: [duck, rubber duck]
          toy car:
            color: "#2060C0"
            names: [toy car, car]
        backgrounds: [floor, table]
        """;

    private const string Spec = """
        description: Toys.
        dataset: { name: folder, classes: toys, root: toys }
        backbone: { name: resnet, width: 8 }
        baseline: { epochs: 1, learning-rate: 0.1 }
        clip: tiny-clip
        prompt: { corpus: toys, synonyms: 2, backgrounds: !include ../datasets/toys.yaml#backgrounds }
        objective: { terms: [reg] }
        clims: { epochs: 1, learning-rate: 0.01 }
        """;

    [Test]
    public void A_spec_has_the_classes_in_their_order_their_names_as_a_corpus_and_the_backgrounds()
    {
        var compilation = Compile(Toys);

        Assert.That(compilation.Diagnostics, Is.Empty);
        Assert.That(compilation.Source("datasets/toys"), Does.Contain("Classes = [\"duck\", \"toy car\"]").And.Contain("[\"toy car\"] = \"#2060c0\""));
        Assert.That(compilation.LoadCorpus("toys").Names["toy car"], Is.EqualTo(new[] { "toy car", "car" }));
        Assert.That(compilation.Source("toys/a"), Does.Contain("Classes = global::Pole.Experiments.Datasets.Toys.Value").And.Contain("Corpus = global::Pole.Experiments.Corpora.Toys.Value").And.Contain("[\"floor\", \"table\"]"));
    }

    [Test]
    public void Lists_of_names_with_names_are_corpora_of_their_own()
    {
        var compilation = Compile("classes:\n  duck: { names: { chatgpt: [duck, mallard], bnc: [duck] } }\n  car: { names: { chatgpt: [car, taxi], bnc: [car] } }\n", Spec.Replace("corpus: toys", "corpus: toys-chatgpt").Replace(", backgrounds: !include ../datasets/toys.yaml#backgrounds", ""));

        Assert.That(compilation.Diagnostics, Is.Empty);
        Assert.That(compilation.LoadCorpus("toys-chatgpt").Names["car"], Is.EqualTo(new[] { "car", "taxi" }));
    }

    [Test]
    public void A_class_without_names_has_its_own() => Assert.That(Compile("classes: { duck: ~, кот: ~ }", Spec.Replace("synonyms: 2, backgrounds: !include ../datasets/toys.yaml#backgrounds", "synonyms: 1")).LoadCorpus("toys").Names["кот"], Is.EqualTo(new[] { "кот" }));

    [TestCase("classes:\n  duck: [duck]\n  duck: [mallard]\n", "POLE0014", 3, 3, "duck")]
    [TestCase("classes:\n  duck: [duck, Duck]\n", "POLE0034", 2, 16, "'duck' has the name 'Duck' twice")]
    [TestCase("classes:\n  duck: [duck, bird]\n  hen: [hen, bird]\n", "POLE0034", 3, 14, "'bird' is a name of 'duck' too")]
    [TestCase("classes:\n  duck: [duck]\n  Background: ~\n", "POLE0034", 3, 3, "'Background' is label 0 of every label map; leave the class out, or call it otherwise")]
    [TestCase("classes: {}\n", "POLE0003", 1, 10, "with one class or more")]
    [TestCase("backgrounds: [floor]\n", "POLE0006", 1, 1, "the key 'classes' is missing")]
    [TestCase("clases: { duck: ~ }\n", "POLE0002", 1, 1, "did you mean 'classes'?")]
    [TestCase("classes: { duck: 7 }\n", "POLE0003", 1, 18, "'duck' is a list of names")]
    [TestCase("classes: { duck: { color: red } }\n", "POLE0004", 1, 27, "the colour of 'duck' is written as")]
    public void A_fault_of_the_file_is_an_error_at_its_place(string yaml, string id, int line, int column, string message) =>
        DiagnosticTests.Expect(SpecCompilation.Of(("datasets/toys.yaml", yaml)), id, "datasets/toys.yaml", line, column, message);

    [Test]
    public void More_classes_than_a_byte_has_labels_are_an_error_at_the_first_too_many() =>
        DiagnosticTests.Expect(SpecCompilation.Of(("datasets/toys.yaml", "classes:\n" + string.Concat(Enumerable.Range(1, 1000).Select(number => $"  c{number}: [c{number}]\n")))), "POLE0004", "datasets/toys.yaml", 256, 3, "1000 classes; labels are bytes, so 254 are the most");

    [Test]
    public void A_class_with_too_few_names_is_an_error_at_the_number() =>
        DiagnosticTests.Expect(Compile(Toys, Spec.Replace("synonyms: 2", "synonyms: 3")), "POLE0011", "toys/a.yaml", 6, 35, "3 names per class are required, but the corpus 'toys' has only 2 for 'duck'");

    [Test]
    public void A_file_of_classes_that_is_not_there_is_an_error_with_the_nearest() =>
        DiagnosticTests.Expect(Compile(Toys, Spec.Replace("classes: toys", "classes: toy")), "POLE0035", "toys/a.yaml", 2, 35, "there is no file of classes 'toy'; did you mean 'toys'?");

    [Test]
    public void A_corpus_of_the_same_name_is_an_error() =>
        DiagnosticTests.Expect(SpecCompilation.Of(("toys/a.yaml", Spec), ("datasets/toys.yaml", Toys), ("corpora/toys.yaml", "duck: [duck]\n")), "POLE0009", "datasets/toys.yaml", 1, 1, "the corpus 'toys' is there already, in corpora/toys.yaml");

    [Test]
    public void Another_color_is_the_same_experiment_another_order_of_classes_is_not()
    {
        var fingerprints = new[] { Toys, Toys.Replace("2060C0", "ffffff"), "classes:\n  toy car: [toy car, car]\n  duck: [duck, rubber duck]\nbackgrounds: [floor, table]\n" }.Select(toys => Compile(toys).LoadExperiments().Single().Fingerprint).ToList();

        Assert.That(fingerprints[1], Is.EqualTo(fingerprints[0]));
        Assert.That(fingerprints[2], Is.Not.EqualTo(fingerprints[0]));
    }

    private static SpecCompilation Compile(string toys, string spec = Spec) => SpecCompilation.Of(("toys/a.yaml", spec), ("datasets/toys.yaml", toys));
}
