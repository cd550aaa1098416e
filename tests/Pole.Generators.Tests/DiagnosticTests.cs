using Microsoft.CodeAnalysis;

namespace Pole.Generators.Tests;

/// <summary>Each fault is an error with an identifier, at the file, line and column (counted from 1) of the YAML that has it, and says what to do.</summary>
public sealed class DiagnosticTests
{
    [Test]
    public void A_complete_spec_has_no_diagnostics() => Assert.That(Specs.Compile(Specs.Shapes).Diagnostics, Is.Empty);

    [Test]
    public void Broken_YAML_is_reported_where_the_reader_stopped() =>
        Expect(Specs.Compile("description: [a, b\ndataset: shapes"), "POLE0001", "shapes/a.yaml", 1, 16, "is a bracket, a brace or a quote not closed?");

    [Test]
    public void An_unclosed_quote_is_reported_where_it_opens() =>
        Expect(Specs.Compile("description: 'a"), "POLE0001", "shapes/a.yaml", 1, 14, "the quotation mark is not closed");

    [TestCase("prompt:\n\tcorpus: shapes", 2, 1)]
    [TestCase("extends: ../shapes/smoke.yaml\ndescription: x.\nbaseline:\n\tepochs: 1\n", 4, 1)]
    [TestCase("description: x\r\nbaseline:\r\n\tepochs: 1\r\n", 3, 1)]
    [TestCase("description: x\ncam:\n  threshold: 1\n \tscales: [1]\n", 4, 2)]
    [TestCase("description: |\n  x\n\ty\nseed: 1\n", 3, 1)]
    public void A_tab_in_the_indentation_is_named_as_such(string yaml, int line, int column) =>
        Expect(Specs.Compile(yaml), "POLE0001", "shapes/a.yaml", line, column, "a tab cannot indent YAML; use spaces");

    [TestCase("compare: [\n\ta,\n\tb\n]\ndescription: 'x\n", 5, 14, "the quotation mark is not closed")]
    [TestCase("description: 'x\n\ty\n", 1, 14, "the quotation mark is not closed")]
    [TestCase("compare: [\n\ta,\n\tb\n]\nseed: @1\n", 5, 7, "an unquoted text cannot begin with '@'")]
    public void A_tab_that_does_not_indent_is_not_blamed(string yaml, int line, int column, string message) =>
        Expect(Specs.Compile(yaml), "POLE0001", "shapes/a.yaml", line, column, message);

    [TestCase("description: na\uFFFDve\n", 1, 16, "the file is not UTF-8")]
    [TestCase("description: x\r\nprompt: { template: \"na\uFFFDve {}\" }\n", 2, 24, "the file is not UTF-8")]
    [TestCase("description: x\0\nseed: 2\n", 1, 15, "the character U+0000 cannot stand in YAML")]
    [TestCase("description: x\nseed: 2\u0001\n", 2, 8, "the character U+0001 cannot stand in YAML")]
    [TestCase("description: x\n\uFEFFseed: 1\n", 2, 1, "the character U+FEFF cannot stand in YAML")]
    public void A_character_that_no_one_wrote_is_reported_where_it_stands(string yaml, int line, int column, string message) =>
        Expect(Specs.Compile(yaml), "POLE0001", "shapes/a.yaml", line, column, message);

    [Test]
    public void A_corpus_in_another_encoding_is_reported_once_in_the_corpus() =>
        Expect(SpecCompilation.Of([("shapes/a.yaml", Specs.Shapes), (Specs.Corpus.Path, Specs.Corpus.Yaml.Replace("taxi", "v\uFFFDhicule"))]), "POLE0001", "corpora/shapes.yaml", 4, 13, "save the file as UTF-8");

    [Test]
    public void An_alias_is_refused_with_the_way_out() =>
        Expect(Specs.Compile("description: &a x\nseed: *a"), "POLE0001", "shapes/a.yaml", 1, 14, "put what is shared into a base");

    [Test]
    public void An_unknown_key_names_the_nearest_valid_one() =>
        Expect(Specs.Compile(Specs.Shapes.Replace("synonyms", "synonims")), "POLE0002", "shapes/a.yaml", 8, 3, "unknown key 'synonims' in 'prompt'; did you mean 'synonyms'?");

    [Test]
    public void An_unknown_option_of_a_module_is_an_unknown_key() =>
        Expect(Specs.Compile(Specs.Shapes.Replace("width", "wdith")), "POLE0002", "shapes/a.yaml", 3, 27, "unknown key 'wdith' in 'backbone'; did you mean 'width'?");

    [Test]
    public void A_key_far_from_all_others_lists_the_keys() =>
        Expect(Specs.Compile(Specs.Shapes + "\nzzzzzzz: 1"), "POLE0002", "shapes/a.yaml", 11, 1, "the keys are adaptor, backbone, baseline");

    [TestCase("synonyms: 2", "synonyms: two", 8, 13, "'prompt.synonyms' must be a whole number, not 'two'")]
    [TestCase("synonyms: 2", "synonyms: 2.5", 8, 13, "'prompt.synonyms' must be a whole number, not '2.5'")]
    [TestCase("synonyms: 2", "synonyms: 3000000000", 8, 13, "'prompt.synonyms' must be a whole number, not '3000000000'")]
    [TestCase("synonyms: 2", "synonyms: [2]", 8, 13, "'prompt.synonyms' must be a whole number, not a list; for an experiment with each of them: sweep: { prompt.synonyms: [2] }")]
    [TestCase("synonyms: 2", "template: ['a photo of {}', 'it''s {}']", 8, 13, "'prompt.template' must be text, not a list; for an experiment with each of them: sweep: { prompt.template: ['a photo of {}', 'it''s {}'] }")]
    [TestCase("synonyms: 2", "synonyms: '2'", 8, 13, "'prompt.synonyms' must be a whole number, not the text \"2\"")]
    [TestCase("learning-rate: 0.01", "learning-rate: fast", 10, 36, "'clims.learning-rate' must be a number, not 'fast'")]
    [TestCase("width: 8", "freeze-stem: yes", 3, 40, "'backbone.freeze-stem' must be true or false, not 'yes'")]
    [TestCase("width: 8", "blocks: 3", 3, 35, "'backbone.blocks' must be a list, not '3'")]
    [TestCase("objective: { terms: [{ name: otm, weight: 5 }, reg] }", "objective: 3", 9, 12, "'objective' must be a map of keys, not '3'")]
    public void A_value_of_the_wrong_type_says_what_is_expected(string from, string to, int line, int column, string message) =>
        Expect(Specs.Compile(Specs.Shapes.Replace(from, to)), "POLE0003", "shapes/a.yaml", line, column, message);

    [TestCase("2.0")]
    [TestCase("2e0")]
    [TestCase("+2")]
    public void A_whole_number_may_be_written_as_every_schema_of_JSON_takes_it(string text) =>
        Assert.That(Specs.Compile(Specs.Shapes.Replace("synonyms: 2", $"synonyms: {text}")).LoadExperiments().Single().Prompt!.Synonyms, Is.EqualTo(2));

    [TestCase("synonyms: 2", "synonyms: 0", 8, 13, "'prompt.synonyms' is 0; it can be 1 to 1000")]
    [TestCase("width: 8", "stride: 4", 3, 35, "'backbone.stride' is 4; it can be 8, 16")]
    [TestCase("width: 8", "blocks: [1, 1]", 3, 35, "'backbone.blocks' has 2 items; 4 are needed")]
    [TestCase("synonyms: 2", "template: a photo", 8, 13, "'prompt.template' must contain the placeholder {} exactly once and no other braces; it is \"a photo\"")]
    [TestCase("synonyms: 2", "template: '{} and {}'", 8, 13, "'prompt.template' must contain the placeholder {} exactly once and no other braces; it is \"{} and {}\"")]
    public void A_value_out_of_range_says_what_is_allowed(string from, string to, int line, int column, string message) =>
        Expect(Specs.Compile(Specs.Shapes.Replace(from, to)), "POLE0004", "shapes/a.yaml", line, column, message);

    [TestCase("prompt.template: 'a photo of {}'", "unknown key 'prompt.template'; keys are nested: prompt: { template: 'a photo of {}' }")]
    [TestCase("clims.epochs: 5", "unknown key 'clims.epochs'; keys are nested: clims: { epochs: 5 }")]
    [TestCase("prompt:{ synonyms: 2 }", "unknown key 'prompt:{ synonyms'; write a blank after the colon: 'prompt: { synonyms …'")]
    [TestCase("cam: { threshold: 0,3 }", "unknown key '3' in 'cam'; a comma separates keys here: write a decimal with a point")]
    public void An_unknown_key_that_comes_from_another_habit_says_how_it_is_written_here(string line, string message) =>
        Assert.That(Specs.Compile($"{Specs.Shapes}\n{line}").Diagnostics.Select(diagnostic => diagnostic.GetMessage()), Has.Some.EqualTo(message));

    [TestCase("description: POLE: two names", 1, 18, "an unquoted text cannot contain ': '; put the text in quotation marks")]
    [TestCase("clims:\n  epochs: 1\n    crop: 64", 3, 9, "the line is indented deeper than the value above it allows; align its key with the key above")]
    [TestCase("clims:\n  epochs: 1\n crop: 64", 3, 2, "the indentation is that of no key above; align the line with one, and quote a text that continues on it")]
    [TestCase("seed 1\nclip: x", 2, 5, "the text above this key is no key with a value; write 'key: value', with a colon and a blank")]
    [TestCase("description: 'it's'", 1, 18, "the value has ended before this; write a quotation mark inside '…' twice, or put the whole text in quotation marks")]
    [TestCase("seed: 1\n- b", 2, 1, "a list item stands where a key is expected; indent the list below its key")]
    [TestCase("compare: - a", 1, 10, "a list cannot begin on the line of its key; begin it on the next line, or write [a, b]")]
    [TestCase("compare: [a b: c: d]", 1, 17, "a list in brackets needs ',' between items and ']' at its end")]
    [TestCase("baseline: { epochs: ${clims.epochs} }", 1, 22, "a reference inside brackets or braces needs quotation marks: '${…}'")]
    [TestCase("cam: { threshold: 1, scales: 2 ]", 1, 32, "a map in braces needs ',' between entries and '}' at its end")]
    [TestCase("description: \"open\nseed: 1", 1, 14, "the quotation mark is not closed")]
    [TestCase("description: \"a\\q\"", 1, 14, "a backslash begins an escape inside \"…\"; write it twice, or use single quotation marks")]
    [TestCase("description: @x", 1, 14, "an unquoted text cannot begin with '@'; put the text in quotation marks")]
    [TestCase("cam: { scales: [1] , threshold: '${seed}' scales: 2 }", 1, 43, "a map in braces needs ',' between entries and '}' at its end")]
    [TestCase("description: ]", 1, 14, "a value is expected before ']'; a text that begins with it needs quotation marks")]
    public void Yaml_that_cannot_be_read_says_what_to_write_instead(string yaml, int line, int column, string message) =>
        Expect(Specs.Compile(yaml), "POLE0001", "shapes/a.yaml", line, column, $"YAML cannot be read: {message}");

    [Test]
    public void A_base_without_its_extension_is_suggested_with_it() =>
        Expect(Specs.Compile("extends: ../base/b", ("base/b.yaml", Specs.Shapes), ("base/c.yaml", Specs.Shapes)), "POLE0007", "shapes/a.yaml", 1, 10, "there is no spec '../base/b'; did you mean '../base/b.yaml'?");

    [Test]
    public void A_name_that_no_file_can_have_is_refused_at_the_spec() =>
        Expect(SpecCompilation.Of([($"shapes/{new string('a', 240)}.yaml", Specs.Shapes), Specs.Corpus]), "POLE0017", $"shapes/{new string('a', 240)}.yaml", 1, 1, "would have a name of more than 220 bytes: shorten the names of the file and of its folders");

    [Test]
    public void An_unknown_module_lists_the_modules_of_its_kind() =>
        Expect(Specs.Compile(Specs.Shapes.Replace("{ name: resnet, width: 8 }", "resnet51")), "POLE0005", "shapes/a.yaml", 3, 11,
            "'backbone': there is no module 'resnet51'; did you mean 'resnet50'? There are caffe-resnet, cntk-resnet18, resnet, resnet101, resnet18, resnet34, resnet50");

    [Test]
    public void A_module_of_another_kind_is_unknown_here() =>
        Expect(Specs.Compile(Specs.Shapes.Replace("clip: tiny-clip", "clip: resnet50")), "POLE0005", "shapes/a.yaml", 5, 7, "there are aligned-b16, aligned-rn50, rn101, rn50, rn50x4, tiny-clip, vit-b-16, vit-b-32, vit-l-14");

    [Test]
    public void A_missing_required_key_of_the_spec_is_reported_at_its_first_line() =>
        Expect(Specs.Compile(Specs.Shapes.Replace("dataset: shapes\n", "")), "POLE0006", "shapes/a.yaml", 1, 1, "the key 'dataset' is missing");

    [Test]
    public void A_missing_required_key_of_a_section_is_reported_at_the_section() =>
        Expect(Specs.Compile(Specs.Shapes.Replace(", learning-rate: 0.01 }", " }")), "POLE0006", "shapes/a.yaml", 10, 8, "the key 'learning-rate' is missing in 'clims'");

    [Test]
    public void A_training_without_a_length_asks_for_one_of_the_two_keys() =>
        Expect(Specs.Compile(Specs.Shapes.Replace("clims: { epochs: 1, ", "clims: { ")), "POLE0006", "shapes/a.yaml", 10, 8, "the key 'epochs' or 'iterations' is missing in 'clims'");

    [Test]
    public void Two_ways_to_say_the_same_contradict_each_other() =>
        Expect(Specs.Compile(Specs.Shapes.Replace("clims: { epochs: 1, ", "clims: { epochs: 1, iterations: 5, ")), "POLE0018", "shapes/a.yaml", 10, 21, "'iterations' contradicts 'epochs': give one of them");

    [Test]
    public void A_key_that_a_spec_takes_back_names_the_spec_where_its_partner_stands_in_a_base() =>
        Expect(SpecCompilation.Of([("base/a.yaml", Specs.Shapes), ("shapes/b.yaml", "extends: ../base/a.yaml\nobjective: ~"), Specs.Corpus]), "POLE0006", "base/a.yaml", 10, 1, "'clims' needs the key 'objective' in shapes/b");

    [Test]
    public void Numbers_of_a_list_have_a_range() =>
        Expect(Specs.Compile(Specs.Shapes.Replace("clims: { ", "clims: { augmentation: { name: random-scale, factors: [1, -1] }, ")), "POLE0004", "shapes/a.yaml", 10, 59, "'clims.augmentation.factors[1]' is -1; it can be 0.01 to 16");

    [Test]
    public void A_pair_in_a_list_is_shown_at_its_key() =>
        Expect(Specs.Compile(Specs.Shapes.Replace("reg] }", "btm: 5] }")), "POLE0006", "shapes/a.yaml", 9, 48, "the key 'name' is missing in 'objective.terms[1]'");

    [Test]
    public void A_list_of_factors_contradicts_a_range() =>
        Expect(Specs.Compile(Specs.Shapes.Replace("clims: { ", "clims: { augmentation: { name: random-scale, factors: [1], from: 1, to: 2 }, ")), "POLE0018", "shapes/a.yaml", 10, 46, "'factors' contradicts 'to'");

    [Test]
    public void A_base_in_a_list_that_is_not_there_is_reported_at_its_place() =>
        Expect(Specs.Compile("extends: [../base/clims.yaml, ../base/clmis.yaml]\ndescription: x", ("base/clims.yaml", Specs.Shapes)), "POLE0007", "shapes/a.yaml", 1, 31, "there is no spec '../base/clmis.yaml'");

    [Test]
    public void Options_without_a_module_name_ask_for_it() =>
        Expect(Specs.Compile(Specs.Shapes.Replace("name: resnet, ", "")), "POLE0006", "shapes/a.yaml", 3, 11, "the key 'name' is missing in 'backbone'");

    [Test]
    public void A_training_under_a_judge_without_an_objective_is_reported_at_the_training() =>
        Expect(Specs.Compile(Specs.Shapes.Replace("objective: { terms: [{ name: otm, weight: 5 }, reg] }\n", "")), "POLE0006", "shapes/a.yaml", 9, 1, "'clims' needs the key 'objective'");

    [Test]
    public void An_objective_without_a_training_is_reported_at_the_objective() =>
        Expect(Specs.Compile("description: x\ndataset: shapes\nbackbone: resnet\nbaseline: { epochs: 1, learning-rate: 1 }\nobjective: { terms: [reg] }"), "POLE0015", "shapes/a.yaml", 5, 1, "'objective' means nothing without 'clims'");

    [Test]
    public void A_base_that_is_not_there_names_the_nearest() =>
        Expect(Specs.Compile("extends: ../base/clmis.yaml\ndescription: x", ("base/clims.yaml", Specs.Shapes)), "POLE0007", "shapes/a.yaml", 1, 10, "there is no spec '../base/clmis.yaml'; did you mean '../base/clims.yaml'?");

    [Test]
    public void A_cycle_shows_its_way_round() =>
        Expect(Specs.Compile("extends: ../base/b.yaml", ("base/b.yaml", "extends: c.yaml"), ("base/c.yaml", "extends: b.yaml")), "POLE0008", "base/c.yaml", 1, 10, "shapes/a → base/b → base/c → base/b");

    [Test]
    public void Two_experiments_with_one_executable_name_are_duplicates() =>
        Expect(SpecCompilation.Of([("shapes/a-b.yaml", Specs.Shapes), ("shapes/a/b.yaml", Specs.Shapes), Specs.Corpus]), "POLE0009", "shapes/a/b.yaml", 1, 1, "the executable name 'pole-shapes-a-b' and the class Pole.Experiments.Shapes.A.BExperiment, one of which shapes/a-b.yaml has already");

    [Test]
    public void Two_experiments_with_one_class_are_duplicates() =>
        Expect(SpecCompilation.Of([("shapes/a-b.yaml", Specs.Shapes), ("shapes/a_B.yaml", Specs.Shapes), Specs.Corpus]), "POLE0009", "shapes/a_B.yaml", 1, 1, "the class Pole.Experiments.Shapes.ABExperiment, one of which shapes/a-b.yaml has already");

    [Test]
    public void A_folder_may_not_have_the_name_of_a_class_in_C_sharp()
    {
        Expect(SpecCompilation.Of([("shapes/pole.yaml", Specs.Shapes), ("shapes/pole-experiment/x.yaml", Specs.Shapes), Specs.Corpus]), "POLE0009", "shapes/pole-experiment/x.yaml", 1, 1, "has the name of the class of shapes/pole.yaml, Pole.Experiments.Shapes.PoleExperiment in C#");
        Expect(SpecCompilation.Of([("compiled-experiments/x.yaml", Specs.Shapes), Specs.Corpus]), "POLE0009", "compiled-experiments/x.yaml", 1, 1, "has the name of the list of experiments, Pole.Experiments.CompiledExperiments in C#");
    }

    [Test]
    public void A_corpus_may_not_have_the_name_of_its_member() =>
        Expect(SpecCompilation.Of([("shapes/a.yaml", Specs.Shapes), Specs.Corpus, ("corpora/value.yaml", Specs.Corpus.Yaml)]), "POLE0017", "corpora/value.yaml", 1, 1, "a corpus cannot be called 'value'");

    [Test]
    public void Two_corpora_with_one_name_are_duplicates() =>
        Expect(SpecCompilation.Of([Specs.Corpus, ("corpora/x/shapes.yaml", Specs.Corpus.Yaml)]), "POLE0009", "corpora/x/shapes.yaml", 1, 1, "the corpus 'shapes' is there already, in corpora/shapes.yaml");

    [TestCase("shapes/a@b")]
    [TestCase("shapes/a#b")]
    [TestCase("shapes/a;b")]
    [TestCase("d/x;y/x")]
    [TestCase("shapes/a%41b")]
    public void A_file_name_that_no_executable_can_have_is_refused(string name) =>
        Expect(SpecCompilation.Of([($"{name}.yaml", Specs.Shapes), Specs.Corpus]), "POLE0017", $"{name}.yaml", 1, 1, $"'{name}' cannot name an executable and a class: rename the file");

    [Test]
    public void An_unknown_key_is_unknown_also_without_a_value() =>
        Expect(Specs.Compile(Specs.Shapes + "\nadapter: ~"), "POLE0002", "shapes/a.yaml", 11, 1, "unknown key 'adapter'; did you mean 'adaptor'?");

    [Test]
    public void A_corpus_without_a_class_of_the_data_set_is_reported_where_it_is_used() =>
        Expect(SpecCompilation.Of([("shapes/a.yaml", Specs.Shapes), (Specs.Corpus.Path, Specs.Corpus.Yaml.Replace("bird: [bird, owl]\n", ""))]), "POLE0010", "shapes/a.yaml", 7, 11, "the corpus 'shapes' has no class 'bird' of the data set 'shapes'");

    [TestCase("{ person: 3 }", 9, 24, "POLE0002", "the data set 'shapes' has no class 'person'")]
    [TestCase("{ bird: 3 }", 9, 30, "POLE0011", "3 names of 'bird' are required, but the corpus 'shapes' has only 2: lower the number or add names")]
    [TestCase("{ bird: two }", 9, 30, "POLE0003", "'prompt.synonyms-by-class.bird' must be a whole number, not 'two'")]
    [TestCase("{ bird: 0 }", 9, 30, "POLE0004", "'prompt.synonyms-by-class.bird' is 0; it can be 1 to 1000")]
    [TestCase("[bird]", 9, 22, "POLE0003", "'prompt.synonyms-by-class' must be a map from names to values, not a list")]
    public void A_wrong_number_of_names_of_one_class_is_reported_at_its_place(string exceptions, int line, int column, string rule, string message) =>
        Expect(Specs.Compile(Specs.Shapes.Replace("synonyms: 2", $"synonyms: 2\n  synonyms-by-class: {exceptions}")), rule, "shapes/a.yaml", line, column, message);

    [Test]
    public void A_class_with_a_number_of_its_own_need_not_have_as_many_names_as_the_others()
    {
        var poor = SpecCompilation.Of([("shapes/a.yaml", Specs.Shapes.Replace("synonyms: 2", "synonyms: 2\n  synonyms-by-class: { bird: 1, car: 3 }")), (Specs.Corpus.Path, Specs.Corpus.Yaml.Replace("[bird, owl]", "[bird]"))]);

        var prompt = poor.LoadExperiments().Single().Prompt!;

        Assert.That(prompt.Corpus.Names.Keys.Select(name => prompt.NamesOf(name).Count), Is.EqualTo(new[] { 2, 2, 2, 3, 1, 2 }));
    }

    [Test]
    public void More_synonyms_than_a_class_has_names_the_class() =>
        Expect(SpecCompilation.Of([("shapes/a.yaml", Specs.Shapes), (Specs.Corpus.Path, Specs.Corpus.Yaml.Replace("[bird, owl]", "[bird]"))]), "POLE0011", "shapes/a.yaml", 8, 13, "2 names per class are required, but the corpus 'shapes' has only 1 for 'bird': lower the number or add names");

    [Test]
    public void An_unknown_corpus_lists_the_corpora() =>
        Expect(Specs.Compile(Specs.Shapes.Replace("corpus: shapes", "corpus: chatgpt")), "POLE0012", "shapes/a.yaml", 7, 11, "there is no corpus 'chatgpt'; there are shapes");

    [Test]
    public void A_corpus_class_without_names_is_reported_in_the_corpus() =>
        Expect(SpecCompilation.Of(("corpora/x.yaml", "boat: ship")), "POLE0003", "corpora/x.yaml", 1, 7, "'boat' is a list of names");

    [Test]
    public void Comparing_with_an_experiment_that_is_not_there_names_the_nearest() =>
        Expect(Specs.Compile(Specs.Shapes + "\ncompare: [shapes/b]", ("shapes/bb.yaml", Specs.Shapes)), "POLE0013", "shapes/a.yaml", 11, 11, "there is no experiment 'shapes/b'; did you mean");

    [Test]
    public void A_key_given_twice_points_at_the_first() =>
        Expect(Specs.Compile(Specs.Shapes + "\nclip: tiny-clip"), "POLE0014", "shapes/a.yaml", 11, 1, "'clip' is given twice; the first is in line 5");

    [Test]
    public void A_fault_in_a_base_is_reported_in_the_base() =>
        Expect(Specs.Compile("extends: ../base/b.yaml", ("base/b.yaml", Specs.Shapes.Replace("synonyms: 2", "synonyms: many"))), "POLE0003", "base/b.yaml", 8, 13, "'prompt.synonyms' must be a whole number");

    [Test]
    public void A_faulty_spec_gives_no_class_and_leaves_the_others()
    {
        var compilation = Specs.Compile(Specs.Shapes.Replace("synonyms: 2", "synonyms: 0"), ("shapes/b.yaml", Specs.Shapes));

        Assert.That(compilation.Result.GeneratedSources.Select(source => source.HintName), Does.Contain("shapes/b.g.cs").And.Not.Contain("shapes/a.g.cs"));
        Assert.That(compilation.Output.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error), Is.Empty);
    }

    internal static void Expect(SpecCompilation compilation, string id, string file, int line, int column, string message)
    {
        var diagnostic = compilation.Diagnostics.Single();
        var place = diagnostic.Location.GetLineSpan();
        Assert.Multiple(() =>
        {
            Assert.That(diagnostic.Id, Is.EqualTo(id));
            Assert.That(diagnostic.Severity, Is.EqualTo(DiagnosticSeverity.Error));
            Assert.That((place.Path, place.StartLinePosition.Line + 1, place.StartLinePosition.Character + 1), Is.EqualTo((file, line, column)));
            Assert.That(diagnostic.GetMessage(), Does.Contain(message));
        });
    }
}
