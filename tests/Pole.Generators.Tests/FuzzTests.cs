using System.Diagnostics;
using Pole.Generators.Binding;
using Pole.Generators.Emission;
using Pole.Specs;
using Pole.Specs.Composition;
using Pole.Specs.Diagnostics;

namespace Pole.Generators.Tests;

/// <summary>Whatever stands in a YAML file, the spec compiler ends, and says where what is wrong.</summary>
public sealed class FuzzTests
{
    private static readonly string[] Pieces =
    [
        "\t", ":", "- ", "{", "}", "[", "]", "\"", "'", "#", "&a", "*a", "!append ", "!remove ", "!include x.yaml#y", "!!int ", "${", "${seed}", "~", "null", "|", ">", "---", "...", "%", "@", "`", "\0", "é", "🙂", "\r\n",
        "extends: a.yaml", "extends: [../base/shapes-clims.yaml, a.yaml]", "sweep: { seed: [1, 2] }", "sweep:\n  zip: { seed: [1] }\n  exclude: [{ seed: 1 }]", "name: resnet50", "-1", "1e999", "99999999999999999999", "true", "prompt.synonyms: [2, 3]",
    ];

    /// <summary>A data set of one's own, of which this repository has none.</summary>
    private static readonly (string Path, string Yaml)[] OwnData =
    [
        ("datasets/toys.yaml", "classes:\n  duck: [duck, rubber duck]\n  toy car:\n    color: \"#2060c0\"\n    names: { chatgpt: [toy car, car], bnc: [toy car] }\n  кот: ~\nbackgrounds: [floor, table]\n"),
        ("datasets/tools.yaml", "classes: { hammer: [hammer], saw: { names: [saw, hand saw], color: \"#ff0000\" } }\n"),
        ("toys/cam.yaml", "description: A baseline.\ndataset: { name: folder, classes: toys, root: toys }\nbackbone: { name: resnet, width: 8 }\nbaseline: { epochs: 1, learning-rate: 0.1 }\n"),
        ("toys/clims.yaml", "extends: cam.yaml\ndescription: CLIMS.\nclip: tiny-clip\nprompt: { corpus: toys, synonyms: 1, backgrounds: !include ../datasets/toys.yaml#backgrounds }\nobjective: { terms: [reg] }\nclims: { epochs: 1, learning-rate: 0.01 }\n"),
        ("toys/tools.yaml", "extends: cam.yaml\ndescription: Other classes.\ndataset: { classes: tools }\n"),
    ];

    private static readonly Catalog Catalog = CatalogReader.Read(SpecCompilation.Of().Input);

    [Test]
    public void A_thousand_mutated_sets_of_specs_compile_or_say_what_is_wrong() => Fuzz(1_000, seed: 1);

    [Test]
    public void Three_hundred_mutated_files_of_classes_compile_or_say_what_is_wrong() => Fuzz(300, seed: 3, IsOwnData);

    [Test, Explicit("takes minutes; for whoever changes the spec compiler")]
    public void A_hundred_thousand_mutated_sets_of_specs_compile_or_say_what_is_wrong() => Fuzz(Inputs(100_000), seed: 2);

    [Test, Explicit("takes minutes; for whoever changes the spec compiler")]
    public void Ten_thousand_mutated_files_of_classes_compile_or_say_what_is_wrong() => Fuzz(Inputs(10_000), seed: 4, IsOwnData);

    private static bool IsOwnData(string path) => OwnData.Any(file => file.Path == path);

    private static int Inputs(int count) => int.TryParse(Environment.GetEnvironmentVariable("POLE_FUZZ_INPUTS"), out var given) ? given : count;

    /// <param name="isVictim">Which files are mutated; null for all.</param>
    private static void Fuzz(int count, int seed, Func<string, bool>? isVictim = null)
    {
        var random = new Random(seed);
        var sound = CheckedInSpecs.Read().Concat(OwnData).ToList();
        var victims = Enumerable.Range(0, sound.Count).Where(index => isVictim is null || isVictim(sound[index].Path)).ToList();
        var watch = new Stopwatch();
        var (compiled, refused) = (0, 0);
        for (var run = 0; run < count; run++)
        {
            var victim = victims[random.Next(victims.Count)];
            var mutated = Mutate(sound[victim].Yaml, sound[random.Next(sound.Count)].Yaml, random);
            var files = sound.Select((file, index) => index == victim ? (file.Path, Yaml: mutated) : file);
            watch.Restart();
            try
            {
                var (experiments, diagnostics) = Compile(files, sound[victim].Path);
                if (experiments == 0 && diagnostics.Count == 0 && SpecFile.KindOf(sound[victim].Path) == SpecKind.Experiment)
                    Assert.Fail($"neither an experiment nor a diagnostic:\n{mutated}");
                if (diagnostics.Count == 0) compiled++;
                else refused++;
                foreach (var diagnostic in diagnostics) AssertLocated(diagnostic, diagnostic.Span.Path == sound[victim].Path ? mutated : sound.Single(file => file.Path == diagnostic.Span.Path).Yaml);
            }
            catch (Exception exception) when (exception is not (AssertionException or ResultStateException))
            {
                Assert.Fail($"run {run}, {sound[victim].Path}: {exception}\n{mutated}");
            }

            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)), $"run {run} does not end:\n{mutated}");
        }

        // Both ways have to be tried, or the fuzzing says nothing.
        TestContext.Out.WriteLine($"{count} inputs, {compiled} compiled, {refused} refused");
        Assert.That(compiled, Is.GreaterThan(count / 100));
        Assert.That(refused, Is.GreaterThan(count / (isVictim is null ? 2 : 4)));
    }

    /// <summary>What the generator does, without the compiler around it, for the mutated file and those that extend it.</summary>
    private static (int Experiments, IReadOnlyList<SpecDiagnostic> Diagnostics) Compile(IEnumerable<(string Path, string Yaml)> texts, string victim)
    {
        var files = texts.Select(file => SpecFile.Read(file.Path, Path.ChangeExtension(file.Path, null), SpecFile.KindOf(file.Path), file.Yaml)).ToList();
        var classFiles = files.Where(file => file.Kind == SpecKind.Classes).ToList();
        var corpusNames = new BuildNames(files.Where(file => file.Kind == SpecKind.Corpus).Select(SpecName.Of).Concat(classFiles.SelectMany(ClassListBinder.CorpusNames)));
        var classNames = new BuildNames(classFiles.Select(SpecName.Of));
        var classLists = classFiles.Select(file => ClassListBinder.Bind(file, classNames, corpusNames)).ToList();
        var corpora = files.Where(file => file.Kind == SpecKind.Corpus).Select(file => CorpusBinder.Bind(file, corpusNames)).Concat(classLists.SelectMany(list => list.Corpora)).ToList();
        var specs = new SpecSet(files.Where(file => file.Kind is not (SpecKind.Corpus or SpecKind.Descriptions)).ToEquatableArray());
        var descriptionFiles = files.Where(file => file.Kind == SpecKind.Descriptions).ToList();
        var descriptionNames = new BuildNames(descriptionFiles.Select(SpecName.Of));
        var descriptions = descriptionFiles.Select(file => DescriptionsBinder.Bind(file, descriptionNames)).ToList();
        // What names a file of classes takes its classes or its corpus without having read it.
        var composed = files.Where(file => file.Kind == SpecKind.Experiment).Select(file => SpecChain.Of(file, specs))
            .Where(chain => SpecFile.KindOf(victim) is SpecKind.Corpus or SpecKind.Descriptions || SpecFile.KindOf(victim) == SpecKind.Classes && IsOwnData(chain.File.Path) || chain.File.Path == victim || chain.Others.Any(other => other.Path == victim))
            .Select(SpecComposer.Compose).ToList();
        var names = new BuildNames(composed.SelectMany(spec => spec.Points.Select(point => SpecName.Of(point, spec.File))));
        var bound = composed.Select(spec => SpecBinder.Bind(spec, Catalog, corpora, classLists, descriptions, names)).ToList();
        foreach (var list in classLists.Where(list => list.IsUsable)) ClassListEmitter.Emit(list);
        return (bound.Sum(spec => spec.Experiments.Count), [.. bound.SelectMany(spec => spec.Diagnostics).Concat(corpora.SelectMany(corpus => corpus.Diagnostics)).Concat(classLists.SelectMany(list => list.Diagnostics)).Concat(descriptions.SelectMany(file => file.Diagnostics)).Distinct()]);
    }

    private static void AssertLocated(SpecDiagnostic diagnostic, string text)
    {
        Assert.That(diagnostic.Message, Is.Not.Empty);
        Assert.That(diagnostic.Span.Start, Is.InRange(0, text.Length), diagnostic.ToString());
        Assert.That(diagnostic.Span.StartLine, Is.InRange(0, text.Count(character => character is '\n' or '\r' or '\u0085' or '\u2028' or '\u2029') + 1), diagnostic.ToString());
        Assert.That(diagnostic.Span.StartColumn, Is.GreaterThanOrEqualTo(0));
    }

    private static string Mutate(string text, string other, Random random)
    {
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var lines = text.Split('\n').ToList();
            var (place, line) = (random.Next(text.Length + 1), random.Next(lines.Count));
            switch (random.Next(9))
            {
                case 0: text = text.Insert(place, Pieces[random.Next(Pieces.Length)]); break;
                case 1: text = text.Remove(Math.Min(place, Math.Max(0, text.Length - 1)), Math.Min(random.Next(1, 6), text.Length - Math.Min(place, Math.Max(0, text.Length - 1)))); break;
                case 2: lines.RemoveAt(line); text = string.Join('\n', lines); break;
                case 3: lines.Insert(line, lines[random.Next(lines.Count)]); text = string.Join('\n', lines); break;
                case 4: lines[line] = new string(' ', random.Next(6)) + lines[line].TrimStart(); text = string.Join('\n', lines); break;
                case 5: lines.Insert(line, Pieces[random.Next(Pieces.Length)]); text = string.Join('\n', lines); break;
                case 6: lines[line] = other.Split('\n')[random.Next(other.Split('\n').Length)]; text = string.Join('\n', lines); break;
                case 7: text = text[..place]; break;
                default: text += $"\n{Pieces[random.Next(Pieces.Length)]}"; break;
            }
        }

        return text;
    }
}
