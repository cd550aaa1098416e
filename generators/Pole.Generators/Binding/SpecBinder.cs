using System.Globalization;
using System.Text.RegularExpressions;
using Pole.Generators.Emission;

namespace Pole.Generators.Binding;

/// <summary>Checks a composed spec against the catalog, the corpora and the other experiments.</summary>
internal sealed class SpecBinder
{
    private const string ModuleNameKey = "name";

    private readonly Catalog catalog;
    private readonly IReadOnlyList<BoundCorpus> corpora;
    private readonly IReadOnlyList<BoundClassList> classLists;
    private readonly IReadOnlyList<BoundCorpus> descriptions;
    private readonly BuildNames names;
    private readonly ComposedSpec spec;
    private readonly SpecPoint point;
    private readonly List<SpecDiagnostic> diagnostics = [];
    private readonly List<CorpusUse> corpusUses = [];
    private readonly List<YamlScalar> descriptionUses = [];
    private DatasetUse? dataset;

    private SpecBinder(ComposedSpec spec, SpecPoint point, Catalog catalog, IReadOnlyList<BoundCorpus> corpora, IReadOnlyList<BoundClassList> classLists, IReadOnlyList<BoundCorpus> descriptions, BuildNames names) =>
        (this.spec, this.point, this.catalog, this.corpora, this.classLists, this.descriptions, this.names) = (spec, point, catalog, corpora, classLists, descriptions, names);

    public static BoundSpec Bind(ComposedSpec spec, Catalog catalog, IReadOnlyList<BoundCorpus> corpora, IReadOnlyList<BoundClassList> classLists, IReadOnlyList<BoundCorpus> descriptions, BuildNames names)
    {
        var (experiments, diagnostics) = (new List<BoundExperiment>(), new List<SpecDiagnostic>(spec.Diagnostics));
        foreach (var point in spec.Points)
        {
            var binder = new SpecBinder(spec, point, catalog, corpora, classLists, descriptions, names);
            if (binder.BindRoot() is { } root && binder.diagnostics.All(diagnostic => diagnostic.Rule == SpecRules.DeprecatedKey)) experiments.Add(new BoundExperiment(point.Name, spec.IsSweep ? spec.File.Name : null, root, SpecOriginLines.Of(point.Root, spec.Sources)));
            diagnostics.AddRange(binder.diagnostics);
        }

        return new BoundSpec(experiments.ToEquatableArray(), diagnostics.Distinct().ToEquatableArray());
    }

    public static string UnusableName(string name) =>
        $"'{name}' cannot name an executable and a class: rename the file with letters, digits, dots, hyphens and underscores";

    private BoundObject? BindRoot()
    {
        var name = SpecName.Of(point, spec.File);
        if (!SpecPoint.IsUsable(point.Name)) Report(SpecRules.UnusableName, SourceSpan.StartOf(spec.File.Path), UnusableName(point.Name));
        else if (point.IsTooLong) Report(SpecRules.UnusableName, SourceSpan.StartOf(spec.File.Path), $"the executable of '{point.Name}' would have a name of more than {SpecPoint.LongestExecutableName} bytes: shorten the names of the file and of its folders");
        else if (names.EarlierNamesake(name) is { } earlier)
            Report(SpecRules.DuplicateName, SourceSpan.StartOf(spec.File.Path), $"the experiment '{point.Name}' has the executable name '{point.ExecutableName}' and the class {name.TypeName}, one of which {earlier.Path} has already; rename one of the files");
        else if (names.ClassNamedAsFolder(name) is { } other)
            Report(SpecRules.DuplicateName, SourceSpan.StartOf(spec.File.Path), $"a folder of the experiment '{point.Name}' has the name of {other} in C#; rename the folder");
        if (catalog.ExperimentType.Length == 0) return null;

        // A fault of the whole spec is shown at its first line, wherever its first map happens to come from.
        var bound = BindRecord(catalog.ExperimentType, point.Root with { Span = SourceSpan.StartOf(spec.File.Path) }, "");
        CheckCorpora();
        CheckDescriptions();
        IEnumerable<BoundProperty> filled = [new BoundProperty("Name", new BoundLiteral(Literals.Text(point.Name)))];
        if (spec.IsSweep) filled = filled.Append(new BoundProperty("Sweep", new BoundLiteral(Literals.Text(spec.File.Name))));
        return bound with { Properties = filled.Concat(bound.Properties).ToEquatableArray() };
    }

    private BoundObject BindRecord(string typeName, YamlMap map, string path, string? ignoredKey = null)
    {
        var schema = catalog.Record(typeName);
        map = WithPresentKeys(map, schema);
        var properties = new List<BoundProperty>();
        foreach (var entry in map.Entries)
        {
            if (entry.Key == ignoredKey) continue;
            if (schema.Properties.FirstOrDefault(candidate => candidate.Key == entry.Key) is not { } property)
            {
                Report(SpecRules.UnknownKey, entry.KeySpan, $"unknown key '{entry.Key}'{(path.Length == 0 ? "" : $" in '{path}'")}{HabitHint.OfKey(entry, [.. schema.Properties.Select(property => property.Key)])}");
                continue;
            }

            if (entry.Value is not YamlScalar { IsNull: true } && BindValue(property.Value, entry.Value, Join(path, entry.Key), property) is { } value) properties.Add(new BoundProperty(property.Name, value));
        }

        foreach (var property in schema.Properties) CheckPresence(property, map, path);
        NoteCorpusUse(schema, map);
        return new BoundObject(typeName, properties.ToEquatableArray());
    }

    /// <summary>Keys under their names of today.</summary>
    private YamlMap WithPresentKeys(YamlMap map, RecordSchema schema)
    {
        if (schema.Properties.All(property => property.FormerKeys.Count == 0)) return map;
        return map with { Entries = map.Entries.Select(entry => schema.Properties.FirstOrDefault(property => property.FormerKeys.Contains(entry.Key)) is { } property ? Rename(map, entry, property.Key) : entry).ToEquatableArray() };
    }

    private YamlEntry Rename(YamlMap map, YamlEntry entry, string key)
    {
        if (Given(map, key) is not null) Report(SpecRules.ContradictoryKeys, entry.KeySpan, $"'{entry.Key}' is the former name of '{key}', which is given too: give '{key}' alone");
        Report(SpecRules.DeprecatedKey, entry.KeySpan, $"'{entry.Key}' is called '{key}' now");
        return entry with { Key = key };
    }

    private void CheckPresence(PropertySchema property, YamlMap map, string path)
    {
        var given = Given(map, property.Key);
        if (property.IsRequired && given is null)
            Report(SpecRules.MissingKey, map.Span, $"the key '{property.Key}' is missing{(path.Length == 0 ? "" : $" in '{path}'")}");
        if (property.ExactlyOneOf is { } other && given is null && Given(map, other) is null)
            Report(SpecRules.MissingKey, map.Span, $"the key '{other}' or '{property.Key}' is missing{(path.Length == 0 ? "" : $" in '{path}'")}");
        if ((property.ExactlyOneOf ?? property.MutuallyExclusiveWith) is { } rival && given is not null && Given(map, rival) is not null)
            Report(SpecRules.ContradictoryKeys, given.KeySpan, $"'{property.Key}' contradicts '{rival}': give one of them, and '~' for one that a base gives");
        if (property.TogetherWith is not { } partner) return;
        if (given is null && Given(map, partner) is { } needing)
            Report(SpecRules.MissingKey, needing.KeySpan, $"'{partner}' needs the key '{property.Key}'{Elsewhere(needing.KeySpan)}");
        if (given is not null && Given(map, partner) is null)
            Report(SpecRules.KeyWithoutPartner, given.KeySpan, $"'{property.Key}' means nothing without '{partner}'{Elsewhere(given.KeySpan)}: leave it out, with ~ where a base gives it");
    }

    /// <summary>What goes together can be taken apart by another file than the one where the fault stands.</summary>
    private string Elsewhere(SourceSpan span) => span.Path == spec.File.Path ? "" : $" in {spec.File.Name}";

    private BoundValue? BindValue(ValueSchema schema, YamlNode node, string path, PropertySchema property) => schema.Kind switch
    {
        ValueKind.Record => node is YamlMap map ? BindRecord(schema.TypeName, map, path) : WrongType(node, path, "a map of keys"),
        ValueKind.Module => BindModule(schema.TypeName, node, path),
        ValueKind.List => BindList(schema, node, path, property),
        ValueKind.Map => BindMap(schema, node, path, property),
        _ => node is YamlScalar { IsNull: false } scalar ? BindScalar(schema, scalar, path, property) : WrongType(node, path, Expected(schema), HabitHint.OfSeveralValues(node, path)),
    };

    private BoundValue? BindList(ValueSchema schema, YamlNode node, string path, PropertySchema property)
    {
        if (node is not YamlList list) return WrongType(node, path, Expected(schema), node is YamlMap && schema.Element is { Kind: ValueKind.Module } ? ": a map changes the list that a base gives, and none gives one here" : "");
        if (list.Items.Count < property.MinimumCount || list.Items.Count > property.MaximumCount)
            Report(SpecRules.OutOfRange, list.Span, $"'{path}' has {list.Items.Count} items; {(property.MinimumCount == property.MaximumCount ? $"{property.MinimumCount}" : $"{property.MinimumCount} to {property.MaximumCount}")} are needed");
        var items = list.Items.Select((item, index) => BindValue(schema.Element!, item, $"{path}[{index}]", property)).ToList();
        return items.Contains(null) ? null : new BoundList(items.Select(item => item!).ToEquatableArray());
    }

    private BoundValue? BindMap(ValueSchema schema, YamlNode node, string path, PropertySchema property)
    {
        if (node is not YamlMap map) return WrongType(node, path, Expected(schema));
        var entries = map.Entries.Where(entry => entry.Value is not YamlScalar { IsNull: true }).Select(entry => (entry.Key, Value: BindValue(schema.Element!, entry.Value, Join(path, entry.Key), property))).ToList();
        return entries.Any(entry => entry.Value is null) ? null : new BoundMap(schema.TypeName, entries.Select(entry => new BoundProperty(entry.Key, entry.Value!)).ToEquatableArray());
    }

    private BoundValue? BindModule(string kind, YamlNode node, string path)
    {
        var options = node as YamlMap;
        var name = node as YamlScalar ?? options?.Find(ModuleNameKey)?.Value as YamlScalar;
        var candidates = catalog.Modules.Where(module => module.Kind == kind).ToList();
        if (name is null || name.IsNull)
        {
            if (options is not null) Report(SpecRules.MissingKey, options.Span, $"the key 'name' is missing in '{path}': which module are these options of? There are {string.Join(", ", candidates.Select(module => module.Name))}");
            else WrongType(node, path, "the name of a module, or a map with 'name' and its options");
            return null;
        }

        var modules = candidates.Where(module => module.Name == name.Text).ToList();
        if (modules.Count == 0)
        {
            var near = Nearest.Of(name.Text, candidates.Select(module => module.Name)) is { } nearest ? $"; did you mean '{nearest}'? There are" : "; there are";
            Report(SpecRules.UnknownModule, name.Span, $"'{path}': there is no module '{name.Text}'{near} {string.Join(", ", candidates.Select(module => module.Name))}");
            return null;
        }

        if (modules.Count > 1)
        {
            Report(SpecRules.DuplicateModule, name.Span, $"'{path}': the module name '{name.Text}' is not unique: {string.Join(" and ", modules.Select(module => module.TypeName))} have it");
            return null;
        }

        if (ClassesOf(modules[0], options) is { Count: > 0 } classes) dataset = new DatasetUse(modules[0].Name, classes);
        return BindRecord(modules[0].TypeName, options ?? new YamlMap(node.Span, default), path, ModuleNameKey);
    }

    private BoundValue? BindScalar(ValueSchema schema, YamlScalar scalar, string path, PropertySchema property)
    {
        switch (schema.Kind)
        {
            case ValueKind.Boolean:
                return !scalar.IsQuoted && scalar.Text is "true" or "false" ? new BoundLiteral(scalar.Text) : WrongType(scalar, path, Expected(schema));
            case ValueKind.Integer:
                if (scalar.IsQuoted || !TryParseWhole(scalar.Text, schema.TypeName, out var whole)) return WrongType(scalar, path, Expected(schema));
                CheckRange(scalar, whole, path, property);
                return new BoundLiteral(whole.ToString(CultureInfo.InvariantCulture));
            case ValueKind.Number:
                if (scalar.IsQuoted || !double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || double.IsNaN(number) || double.IsInfinity(number)) return WrongType(scalar, path, Expected(schema));
                CheckRange(scalar, number, path, property);
                return new BoundLiteral(Literals.Number(number));
            case ValueKind.Enumeration:
                var member = schema.Members.FirstOrDefault(candidate => Identifiers.ToKebabCase(candidate) == scalar.Text);
                return member is null ? WrongType(scalar, path, Expected(schema)) : new BoundLiteral($"{schema.TypeName}.{member}");
            case ValueKind.Corpus:
                return BindCorpus(scalar, path);
            case ValueKind.ClassList:
                return BindClassList(scalar, path);
            case ValueKind.Descriptions:
                return BindDescriptions(scalar, path);
            default:
                return BindText(scalar, path, property);
        }
    }

    /// <summary>Whole numbers are int or long, as the property is.</summary>
    private static bool TryParseWhole(string text, string typeName, out long value) => WholeNumber.TryParse(text, out value) && (typeName == "long" || value is >= int.MinValue and <= int.MaxValue);

    private BoundLiteral BindText(YamlScalar scalar, string path, PropertySchema property)
    {
        if (property.Pattern is { } pattern && !Regex.IsMatch(scalar.Text, $"^(?:{pattern})$", RegexOptions.CultureInvariant))
            Report(SpecRules.OutOfRange, scalar.Span, $"{(property.PatternFault is { } fault ? string.Format(CultureInfo.InvariantCulture, fault, $"'{path}'") : $"'{path}' must match the regular expression {pattern}")}; it is \"{scalar.Text}\"");
        if (property.Allowed.Count > 0 && !property.Allowed.Contains(scalar.Text))
            Report(SpecRules.OutOfRange, scalar.Span, $"'{path}' is \"{scalar.Text}\"; it can be {string.Join(", ", property.Allowed)}");
        if (property.RefersToExperiments && !names.HasExperiment(scalar.Text))
            Report(SpecRules.UnknownExperiment, scalar.Span, $"there is no experiment '{scalar.Text}'{Nearest.Hint(scalar.Text, names.Experiments.Select(experiment => experiment.Name), "there are")}");
        return new BoundLiteral(Literals.Text(scalar.Text));
    }

    private BoundLiteral? BindCorpus(YamlScalar scalar, string path)
    {
        if (corpora.Any(corpus => corpus.Name == scalar.Text)) return new BoundLiteral($"global::Pole.Experiments.Corpora.{Identifiers.ToPascalCase(scalar.Text)}.Value");
        Report(SpecRules.UnknownCorpus, scalar.Span, $"'{path}': there is no corpus '{scalar.Text}'{Nearest.Hint(scalar.Text, corpora.Select(corpus => corpus.Name), "there are")}");
        return null;
    }

    private BoundLiteral? BindDescriptions(YamlScalar scalar, string path)
    {
        descriptionUses.Add(scalar);
        if (descriptions.Any(file => file.Name == scalar.Text)) return new BoundLiteral(DescriptionsEmitter.ValueOf(scalar.Text));
        var there = descriptions.Count == 0 ? $": write descriptions/{scalar.Text}.yaml" : Nearest.Hint(scalar.Text, descriptions.Select(file => file.Name), "there are");
        Report(SpecRules.UnknownCorpus, scalar.Span, $"'{path}': there is no file of descriptions '{scalar.Text}'{there}");
        return null;
    }

    private BoundLiteral? BindClassList(YamlScalar scalar, string path)
    {
        if (classLists.Any(list => list.Name == scalar.Text)) return new BoundLiteral(ClassListEmitter.ValueOf(scalar.Text));
        var there = classLists.Count == 0 ? $": write datasets/{scalar.Text}.yaml" : Nearest.Hint(scalar.Text, classLists.Select(list => list.Name), "there are");
        Report(SpecRules.UnknownClassList, scalar.Span, $"'{path}': there is no file of classes '{scalar.Text}'{there}");
        return null;
    }

    /// <summary>The classes of a data set: those that its type declares, or those of the file that the spec names; none of any other module, and of a file that is at fault itself.</summary>
    private EquatableArray<string> ClassesOf(ModuleSchema module, YamlMap? options)
    {
        if (module.DatasetClasses.Count > 0 || options is null) return module.DatasetClasses;
        var key = catalog.Record(module.TypeName).Properties.FirstOrDefault(property => property.Value.Kind == ValueKind.ClassList)?.Key;
        var named = key is null ? null : (Given(options, key)?.Value as YamlScalar)?.Text;
        return classLists.FirstOrDefault(list => list.Name == named && list.Diagnostics.Count == 0)?.Classes.Select(bound => bound.Name).ToEquatableArray() ?? default;
    }

    private void CheckRange(YamlScalar scalar, double value, string path, PropertySchema property)
    {
        if (value < property.Minimum || value > property.Maximum)
            Report(SpecRules.OutOfRange, scalar.Span, $"'{path}' is {scalar.Text}; it can be {Literals.Plain(property.Minimum)} to {Literals.Plain(property.Maximum)}");
        if (property.Allowed.Count > 0 && !property.Allowed.Contains(Literals.Plain(value)))
            Report(SpecRules.OutOfRange, scalar.Span, $"'{path}' is {scalar.Text}; it can be {string.Join(", ", property.Allowed)}");
    }

    /// <summary>Remembers which corpus a record uses and how many names it asks for; the data set may be bound later.</summary>
    private void NoteCorpusUse(RecordSchema schema, YamlMap map)
    {
        foreach (var property in schema.Properties.Where(candidate => candidate.Value.Kind == ValueKind.Corpus))
        {
            if (Given(map, property.Key)?.Value is not YamlScalar corpus) continue;
            var counters = schema.Properties.Where(candidate => candidate.CountsNamesOf == property.Key).Select(candidate => Given(map, candidate.Key)?.Value).ToList();
            var count = counters.OfType<YamlScalar>().FirstOrDefault();
            var exceptions = counters.OfType<YamlMap>().SelectMany(exceptions => exceptions.Entries).Where(entry => entry.Value is not YamlScalar { IsNull: true });
            corpusUses.Add(new CorpusUse(corpus.Text, corpus.Span, CountOf(count), count?.Span, [.. exceptions.Select(entry => (entry, CountOf(entry.Value)))]));
        }

        static int? CountOf(YamlNode? node) => node is YamlScalar scalar && TryParseWhole(scalar.Text, "int", out var number) ? (int)number : null;
    }

    private void CheckCorpora()
    {
        foreach (var use in corpusUses)
        {
            if (dataset is null || corpora.FirstOrDefault(corpus => corpus.Name == use.Corpus) is not { Diagnostics.Count: 0 } corpus) continue;
            var missing = dataset.Classes.Where(className => corpus.Find(className) is null).ToList();
            if (missing.Count > 0)
                Report(SpecRules.CorpusWithoutClass, use.Span, $"the corpus '{corpus.Name}' has no class {Enumerate(missing.Select(className => $"'{className}'"))} of the data set '{dataset.Name}'");
            var poor = dataset.Classes.Where(className => use.Exceptions.All(exception => exception.Class.Key != className)).Select(corpus.Find).OfType<CorpusClass>().Where(entry => entry.Names.Count < use.Count).ToList();
            if (poor.Count > 0)
                Report(SpecRules.TooFewNames, use.CountSpan ?? use.Span, $"{use.Count} names per class are required, but the corpus '{corpus.Name}' has only {Enumerate(poor.Select(entry => $"{entry.Names.Count} for '{entry.Class}'"))}: lower the number or add names");
            foreach (var (exception, count) in use.Exceptions) CheckException(exception, count, corpus, dataset);
        }
    }

    private void CheckDescriptions()
    {
        foreach (var use in descriptionUses)
        {
            if (dataset is null || descriptions.FirstOrDefault(file => file.Name == use.Text) is not { Diagnostics.Count: 0 } file) continue;
            var missing = dataset.Classes.Where(className => file.Find(className) is null).ToList();
            if (missing.Count > 0) Report(SpecRules.CorpusWithoutClass, use.Span, $"the descriptions '{file.Name}' have no sentence about class {Enumerate(missing.Select(className => $"'{className}'"))} of the data set '{dataset.Name}'");
        }
    }

    private void CheckException(YamlEntry exception, int? count, BoundCorpus corpus, DatasetUse dataset)
    {
        if (!dataset.Classes.Contains(exception.Key))
            Report(SpecRules.UnknownKey, exception.KeySpan, $"the data set '{dataset.Name}' has no class '{exception.Key}'{Nearest.Hint(exception.Key, dataset.Classes, "its classes are")}");
        else if (corpus.Find(exception.Key) is { } entry && entry.Names.Count < count)
            Report(SpecRules.TooFewNames, exception.Value.Span, $"{count} names of '{exception.Key}' are required, but the corpus '{corpus.Name}' has only {entry.Names.Count}: lower the number or add names");
    }

    private static string Enumerate(IEnumerable<string> items)
    {
        const int shown = 3;
        var all = items.ToList();
        return string.Join(", ", all.Take(shown)) + (all.Count > shown ? $" and {all.Count - shown} more" : "");
    }

    private static YamlEntry? Given(YamlMap map, string key) => map.Find(key) is { Value: not YamlScalar { IsNull: true } } entry ? entry : null;

    private BoundLiteral? WrongType(YamlNode node, string path, string expected, string remedy = "")
    {
        var found = node switch { YamlScalar { IsNull: true } => "nothing", YamlScalar { IsQuoted: true } text => $"the text \"{text.Text}\"", YamlScalar scalar => $"'{scalar.Text}'", YamlList => "a list", _ => "a map" };
        Report(SpecRules.WrongType, node.Span, $"'{path}' must be {expected}, not {found}{remedy}");
        return null;
    }

    private static string Expected(ValueSchema schema) => schema.Kind switch
    {
        ValueKind.Boolean => "true or false",
        ValueKind.Integer => "a whole number",
        ValueKind.Number => "a number",
        ValueKind.Enumeration => $"one of {string.Join(", ", schema.Members.Select(Identifiers.ToKebabCase))}",
        ValueKind.Corpus => "the name of a corpus",
        ValueKind.ClassList => "the name of a file of classes",
        ValueKind.Descriptions => "the name of a file of descriptions",
        ValueKind.List => "a list",
        ValueKind.Map => "a map from names to values",
        _ => "text",
    };

    private void Report(SpecRule rule, SourceSpan span, string message) => diagnostics.Add(new SpecDiagnostic(rule, span, message));

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private sealed record DatasetUse(string Name, EquatableArray<string> Classes);

    /// <summary>A corpus that a record names, and how many names of a class it asks for.</summary>
    /// <param name="Exceptions">Classes with a number of their own.</param>
    private sealed record CorpusUse(string Corpus, SourceSpan Span, int? Count, SourceSpan? CountSpan, IReadOnlyList<(YamlEntry Class, int? Count)> Exceptions);
}
