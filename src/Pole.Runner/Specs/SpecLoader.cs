using System.Collections;
using System.Globalization;
using Pole.Runner.Runs;
using Pole.Specs;
using Pole.Specs.Composition;
using Pole.Specs.Yaml;

namespace Pole.Runner.Specs;

/// <summary>
/// Reads specs of another time, which this build has not compiled, with the modules and defaults of this one. The compiler of that time has
/// checked them; what does not fit any more is one error that says where.
/// </summary>
internal sealed class SpecLoader
{
    private const string ModuleName = "name";

    private readonly IReadOnlyList<SpecFile> files;
    private readonly Dictionary<string, Corpus> corpora = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ClassList> classLists = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Descriptions> descriptions = new(StringComparer.Ordinal);

    /// <summary>What a resolved spec leaves out; null for specs that come with their corpora and classes.</summary>
    private readonly IReadOnlyList<string>? recordedClasses;

    private SpecLoader(IReadOnlyList<SpecFile> files, IReadOnlyList<string>? recordedClasses = null) => (this.files, this.recordedClasses) = (files, recordedClasses);

    /// <param name="texts">YAML by path below the folder of specs.</param>
    /// <param name="time">What the specs are called in errors: a revision.</param>
    /// <exception cref="ExperimentException">A spec does not compose, or names a module or a key that is no longer there.</exception>
    public static IReadOnlyList<Experiment> Load(IReadOnlyDictionary<string, string> texts, string time)
    {
        try
        {
            return InputFile.Read("specs", "those of another time", "compare with a revision whose specs compiled", () => new SpecLoader([.. texts.Where(entry => SpecFiles.IsSpec(entry.Key)).OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => SpecFile.Read(entry.Key, Path.ChangeExtension(entry.Key, null), SpecFile.KindOf(entry.Key), entry.Value))]).Load());
        }
        catch (ExperimentException exception)
        {
            throw new ExperimentException($"{time}: {exception.Message}", exception);
        }
    }

    /// <summary>The experiment of a run, from the resolved spec in its folder. It has no names of corpora, no sentences and no colours of classes, which networks do not need.</summary>
    /// <exception cref="ExperimentException">The spec names a module or a key that is no longer there.</exception>
    public static Experiment LoadRun(string path, RunRecord record) => InputFile.Read(path, "the spec of a run", "use a build whose modules are those of the run", () =>
    {
        var file = SpecFile.Read(path, record.Experiment, SpecKind.Experiment, TextFile.Read(path));
        var loaded = new SpecLoader([file], record.KnownClasses()).Load().Single() with { Name = record.Experiment };
        return DifferentKey(loaded, record) is { } key ? throw new InvalidDataException($"it is not the spec that the run was made with: {RunRecord.FileName} has another value of '{key}'") : loaded;
    });

    /// <summary>A key that a resolved spec gives otherwise than the record; null for none. What is in corpora and files of classes, the spec does not have.</summary>
    private static string? DifferentKey(Experiment loaded, RunRecord record)
    {
        var own = RunRecord.SpecOf(loaded);
        return own.Keys.Concat(record.Spec.Keys).Distinct().FirstOrDefault(key => !key.StartsWith("prompt.corpus.", StringComparison.Ordinal) && !key.StartsWith("prompt.descriptions.", StringComparison.Ordinal) && !key.StartsWith("dataset.classes.", StringComparison.Ordinal) && own.GetValueOrDefault(key) != record.Spec.GetValueOrDefault(key));
    }

    private IReadOnlyList<Experiment> Load()
    {
        foreach (var file in files.Where(file => file.Kind == SpecKind.Corpus && file.Root is YamlMap))
            corpora[file.CorpusName] = new Corpus { Name = file.CorpusName, Names = Texts(file) };
        foreach (var file in files.Where(file => file.Kind == SpecKind.Descriptions && file.Root is YamlMap))
            descriptions[file.CorpusName] = new Descriptions { Name = file.CorpusName, Sentences = Texts(file) };
        foreach (var file in files.Where(file => file.Kind == SpecKind.Classes))
        {
            var entries = ClassFile.Classes(file).ToList();
            classLists[file.CorpusName] = new ClassList { Name = file.CorpusName, Classes = [.. entries.Select(entry => entry.Key)], Colors = entries.Where(entry => ClassFile.Color(entry) is not null).ToDictionary(entry => entry.Key, entry => ClassFile.Color(entry)!) };
            foreach (var corpus in ClassFile.Corpora(file))
                corpora[corpus] = new Corpus { Name = corpus, Names = entries.SelectMany(entry => ClassFile.Lists(entry, file).Where(list => list.Corpus == corpus).Select(list => (entry.Key, Names: ClassFile.Names(entry, list.Names)))).ToDictionary(names => names.Key, names => names.Names) };
        }

        var specs = new SpecSet(files.Where(file => file.Kind is not (SpecKind.Corpus or SpecKind.Descriptions)).ToEquatableArray());
        return [.. files.Where(file => file.Kind == SpecKind.Experiment).Select(file => SpecComposer.Compose(SpecChain.Of(file, specs))).SelectMany(Experiments)];
    }

    private static Dictionary<string, IReadOnlyList<string>> Texts(SpecFile file) =>
        ((YamlMap)file.Root!).Entries.ToDictionary(entry => entry.Key, entry => (IReadOnlyList<string>)[.. ((YamlList)entry.Value).Items.Cast<YamlScalar>().Select(text => text.Text)]);

    private IEnumerable<Experiment> Experiments(ComposedSpec spec)
    {
        if (spec.Points.Count == 0 && spec.Diagnostics.Count > 0) throw Fault(spec.Diagnostics[0].Span.Path, spec.Diagnostics[0].Span.StartLine, spec.Diagnostics[0].Message);
        return spec.Points.Select(point => (Experiment)Record(typeof(Experiment), point.Root) with { Name = point.Name, Sweep = spec.IsSweep ? spec.File.Name : null, Origins = new SpecOrigins(SpecOriginLines.Of(point.Root, spec.Sources)) });
    }

    private object Record(Type type, YamlMap map, string? ignored = null)
    {
        var record = Activator.CreateInstance(type)!;
        var keys = SpecKeys.Of(type);
        foreach (var entry in map.Entries.Where(entry => entry.Key != ignored && entry.Value is not YamlScalar { IsNull: true }))
        {
            var key = keys.FirstOrDefault(key => key.Name == entry.Key || key.Property.GetCustomAttributes(typeof(FormerKeyAttribute), false).Cast<FormerKeyAttribute>().Any(former => former.Key == entry.Key))
                ?? throw Fault(entry.Value, $"'{entry.Key}' is no key any more");
            key.Property.SetValue(record, Value(key.Type, entry.Value));
        }

        return record;
    }

    private object Value(Type type, YamlNode node)
    {
        if (ModuleCatalog.KindOf(type) is { } kind) return Module(kind, node);
        if (SpecKeys.ItemOf(type) is { } item && node is YamlList list)
        {
            var items = Array.CreateInstance(item, list.Items.Count);
            for (var index = 0; index < items.Length; index++) items.SetValue(Value(item, list.Items[index]), index);
            return items;
        }

        if (SpecKeys.EntryOf(type) is { } entry && node is YamlMap entries) return Entries(entry, entries);
        if (node is YamlMap map) return Record(type, map);
        if (node is not YamlScalar scalar) throw Fault(node, "the value is of another type now");
        if (type == typeof(Corpus)) return corpora.GetValueOrDefault(scalar.Text) ?? (recordedClasses is null ? null : new Corpus { Name = scalar.Text, Names = new Dictionary<string, IReadOnlyList<string>>() }) ?? throw Fault(node, $"there is no corpus '{scalar.Text}'");
        if (type == typeof(Descriptions)) return descriptions.GetValueOrDefault(scalar.Text) ?? (recordedClasses is null ? null : new Descriptions { Name = scalar.Text, Sentences = recordedClasses.ToDictionary(name => name, _ => (IReadOnlyList<string>)[]) }) ?? throw Fault(node, $"there is no file of descriptions '{scalar.Text}'");
        if (type == typeof(ClassList)) return classLists.GetValueOrDefault(scalar.Text) ?? (recordedClasses is null ? null : new ClassList { Name = scalar.Text, Classes = recordedClasses }) ?? throw Fault(node, $"there is no file of classes '{scalar.Text}'");
        if (type.IsEnum) return Enum.GetValues(type).Cast<object>().FirstOrDefault(member => Identifiers.ToKebabCase(member.ToString()!) == scalar.Text) ?? throw Fault(node, $"'{scalar.Text}' is no longer one of its values");
        try
        {
            return (type == typeof(int) || type == typeof(long)) && WholeNumber.TryParse(scalar.Text, out var whole) ? Convert.ChangeType(whole, type, CultureInfo.InvariantCulture) : Convert.ChangeType(scalar.Text, type, CultureInfo.InvariantCulture);
        }
        catch (Exception)
        {
            throw Fault(node, $"'{scalar.Text}' is of another type now");
        }
    }

    private IDictionary Entries(Type entry, YamlMap map)
    {
        var entries = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), entry))!;
        foreach (var given in map.Entries.Where(given => given.Value is not YamlScalar { IsNull: true })) entries[given.Key] = Value(entry, given.Value);
        return entries;
    }

    private object Module(Type kind, YamlNode node)
    {
        var map = node as YamlMap;
        var name = (node as YamlScalar ?? map?.Find(ModuleName)?.Value as YamlScalar)?.Text ?? throw Fault(node, "a module has no name");
        var module = ModuleCatalog.Of(kind).FirstOrDefault(module => module.Name == name) ?? throw Fault(node, $"there is no module '{name}' any more");
        return Record(module.Options, map ?? new YamlMap(node.Span, default), ModuleName);
    }

    private static ExperimentException Fault(YamlNode node, string message) => Fault(node.Span.Path, node.Span.StartLine, message);

    private static ExperimentException Fault(string path, int line, string message) => new($"{path}({line + 1}): {message}");
}
