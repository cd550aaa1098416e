using System.Diagnostics;
using Pole.Generators.Binding;
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

    private static readonly Catalog Catalog = CatalogReader.Read(SpecCompilation.Of().Input);

    [Test]
    public void A_thousand_mutated_sets_of_specs_compile_or_say_what_is_wrong() => Fuzz(1_000, seed: 1);

    [Test, Explicit("takes minutes; for whoever changes the spec compiler")]
    public void A_hundred_thousand_mutated_sets_of_specs_compile_or_say_what_is_wrong() => Fuzz(100_000, seed: 2);

    private static void Fuzz(int count, int seed)
    {
        var random = new Random(seed);
        var sound = CheckedInSpecs.Read().ToList();
        var watch = new Stopwatch();
        var (compiled, refused) = (0, 0);
        for (var run = 0; run < count; run++)
        {
            var victim = random.Next(sound.Count);
            var mutated = Mutate(sound[victim].Yaml, sound[random.Next(sound.Count)].Yaml, random);
            var files = sound.Select((file, index) => index == victim ? (file.Path, Yaml: mutated) : file);
            watch.Restart();
            try
            {
                var (experiments, diagnostics) = Compile(files, sound[victim].Path);
                if (experiments == 0 && diagnostics.Count == 0 && !sound[victim].Path.StartsWith("base/", StringComparison.Ordinal) && !sound[victim].Path.StartsWith("corpora/", StringComparison.Ordinal))
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
        Assert.That(compiled, Is.GreaterThan(count / 100));
        Assert.That(refused, Is.GreaterThan(count / 2));
    }

    /// <summary>What the generator does, without the compiler around it, for the mutated file and those that extend it.</summary>
    private static (int Experiments, IReadOnlyList<SpecDiagnostic> Diagnostics) Compile(IEnumerable<(string Path, string Yaml)> texts, string victim)
    {
        var files = texts.Select(file => SpecFile.Read(file.Path, Path.ChangeExtension(file.Path, null), SpecFile.KindOf(file.Path), file.Yaml)).ToList();
        var corpusNames = new BuildNames(files.Where(file => file.Kind == SpecKind.Corpus).Select(SpecName.Of));
        var corpora = files.Where(file => file.Kind == SpecKind.Corpus).Select(file => CorpusBinder.Bind(file, corpusNames)).ToList();
        var specs = new SpecSet(files.Where(file => file.Kind != SpecKind.Corpus).ToEquatableArray());
        var composed = files.Where(file => file.Kind == SpecKind.Experiment).Select(file => SpecChain.Of(file, specs)).Where(chain => victim.StartsWith("corpora/", StringComparison.Ordinal) || chain.File.Path == victim || chain.Others.Any(other => other.Path == victim))
            .Select(SpecComposer.Compose).ToList();
        var names = new BuildNames(composed.SelectMany(spec => spec.Points.Select(point => SpecName.Of(point, spec.File))));
        var bound = composed.Select(spec => SpecBinder.Bind(spec, Catalog, corpora, [], names)).ToList();
        return (bound.Sum(spec => spec.Experiments.Count), [.. bound.SelectMany(spec => spec.Diagnostics).Concat(corpora.SelectMany(corpus => corpus.Diagnostics)).Distinct()]);
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
