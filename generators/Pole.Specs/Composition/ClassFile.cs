using Pole.Specs.Yaml;

namespace Pole.Specs.Composition;

/// <summary>How a file under <c>datasets/</c> is laid out: <c>classes</c>, a map from class to its names, and <c>backgrounds</c>, names for prompts that a spec can include.</summary>
public static class ClassFile
{
    public const string ClassesKey = "classes", BackgroundsKey = "backgrounds", NamesKey = "names", ColorKey = "color";

    /// <summary>The classes in label order; none where the file is at fault.</summary>
    public static IEnumerable<YamlEntry> Classes(SpecFile file) => (file.Root as YamlMap)?.Find(ClassesKey)?.Value is YamlMap classes ? classes.Entries : Enumerable.Empty<YamlEntry>();

    /// <summary>The lists of names of a class, each with the corpus that it belongs to: that of the file's name, or FILE-LIST where lists have names. A class without any has its own name, as null.</summary>
    public static IEnumerable<(string Corpus, YamlNode Names)> Lists(YamlEntry entry, SpecFile file)
    {
        var names = entry.Value is YamlMap map ? map.Find(NamesKey)?.Value ?? new YamlScalar(entry.Value.Span, "", false) : entry.Value;
        return names is YamlMap named ? named.Entries.Select(list => ($"{file.CorpusName}-{list.Key}", list.Value)) : [(file.CorpusName, names)];
    }

    /// <summary>Names of the corpora that the file makes.</summary>
    public static IEnumerable<string> Corpora(SpecFile file) => Classes(file).SelectMany(entry => Lists(entry, file)).Select(list => list.Corpus).Distinct();

    /// <summary>The names of a class in one list, the ground-truth name first; the class itself where it has none.</summary>
    public static IReadOnlyList<string> Names(YamlEntry entry, YamlNode list) => list is YamlList { Items: var items } ? [.. items.OfType<YamlScalar>().Select(name => name.Text)] : [entry.Key];

    public static string? Color(YamlEntry entry) => ((entry.Value as YamlMap)?.Find(ColorKey)?.Value as YamlScalar)?.Text.ToLowerInvariant();
}
