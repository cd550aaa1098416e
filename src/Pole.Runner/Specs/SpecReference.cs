using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Pole.Specs;

namespace Pole.Runner.Specs;

/// <summary>Every key that a spec can have and every module of the build, as Markdown, from the records and their documentation comments.</summary>
internal sealed class SpecReference
{
    private readonly Documentation documentation = new(ModuleCatalog.All.Select(module => module.Options.Assembly).Append(typeof(Experiment).Assembly));
    private readonly StringBuilder text = new();
    private readonly List<Type> kinds = [];
    private readonly List<Type> records = [];

    public static string Write()
    {
        var reference = new SpecReference();
        reference.text.Append("# Reference of keys and modules\n\nWritten by `pole reference` from the records of the build, modules from outside included. How files are put together is in\n[specs.md](specs.md).\n\n## A spec\n\n");
        reference.Keys(typeof(Experiment), Instance(typeof(Experiment)));
        var written = reference.Records(0);
        var place = reference.text.Length;
        for (var next = 0; next < reference.kinds.Count; next++) reference.Kind(reference.kinds[next]);
        // Named elsewhere than in a spec, as their documentation says.
        foreach (var kind in ModuleCatalog.All.Select(module => module.Kind).Distinct().Except(reference.kinds).OrderBy(KindName, StringComparer.Ordinal).ToList())
        {
            reference.kinds.Add(kind);
            reference.Kind(kind);
        }

        reference.text.Insert(place, reference.Kinds());
        // Those that only modules have.
        reference.Records(written);
        return reference.text.Append('\n').Append(StageReference.Write()).ToString();
    }

    /// <summary>The records that are known, and those that become known through them.</summary>
    /// <returns>How many there are.</returns>
    private int Records(int from)
    {
        for (var next = from; next < records.Count; next++) Record(records[next]);
        return records.Count;
    }

    private void Record(Type type)
    {
        text.Append($"\n## {TitleOf(type)}\n\n");
        if (documentation.Of(type) is { } summary) text.Append($"{summary}\n\n");
        Keys(type, Instance(type));
    }

    /// <summary>A row for each kind. Called when all are known: a module's options may take modules of further kinds.</summary>
    private string Kinds()
    {
        var rows = new StringBuilder("\n## Kinds of modules\n\nA module is a record of options that implements the contract: [adding a module](adding-a-module.md).\n\n| kind | contract | modules | what it is |\n|---|---|---|---|\n");
        foreach (var kind in kinds)
        {
            var names = ModuleCatalog.Of(kind).Select(module => $"`{module.Name}`").ToList();
            rows.Append($"| {Link(kinds, kind, $"Modules: {KindName(kind)}", KindName(kind))} | `{ModuleCatalog.ContractOf(kind)}` | {(names.Count == 0 ? "none in this build" : string.Join(", ", names))} | {Escape(documentation.Of(kind) ?? "")} |\n");
        }

        return rows.ToString();
    }

    private void Kind(Type kind)
    {
        text.Append($"\n## Modules: {KindName(kind)}\n");
        if (!ModuleCatalog.Of(kind).Any()) text.Append("\nThis build has none; [a project of your own](adding-a-module.md) may.\n");
        foreach (var module in ModuleCatalog.Of(kind))
        {
            text.Append($"\n### {module.Name}\n\n");
            if (documentation.Of(module.Options) is { } summary) text.Append($"{summary}\n");
            if (SpecKeys.Of(module.Options).Count == 0) continue;
            text.Append('\n');
            Keys(module.Options, Instance(module.Options));
        }
    }

    private void Keys(Type type, object? instance)
    {
        text.Append("| key | takes | default | meaning |\n|---|---|---|---|\n");
        foreach (var key in SpecKeys.Of(type))
            text.Append($"| `{key.Name}` | {Takes(key.Type, key.Property)} | {Default(key, instance)} | {Escape(string.Join(" ", Meaning(key)))} |\n");
    }

    private IEnumerable<string> Meaning(SpecKey key)
    {
        if (documentation.Of(key.Property) is { } summary) yield return summary;
        if (key.Property.GetCustomAttribute<TogetherWithAttribute>() is { } together) yield return $"Together with `{Identifiers.ToKebabCase(together.Property)}`.";
        if (key.Property.GetCustomAttribute<ExactlyOneOfAttribute>() is { } instead) yield return $"Instead of `{Identifiers.ToKebabCase(instead.Property)}`.";
        if (key.Property.GetCustomAttribute<MutuallyExclusiveWithAttribute>() is { } not) yield return $"Not together with `{Identifiers.ToKebabCase(not.Property)}`.";
        foreach (var former in key.Property.GetCustomAttributes<FormerKeyAttribute>()) yield return $"Was called `{former.Key}`.";
        if (key.Property.IsDefined(typeof(PresentationOnlyAttribute))) yield return "Not part of the fingerprint.";
    }

    private string Takes(Type type, PropertyInfo property)
    {
        if (ModuleCatalog.KindOf(type) is { } kind) return Link(kinds, kind, $"Modules: {KindName(kind)}", $"module: {KindName(kind)}");
        if (SpecKeys.ItemOf(type) is { } item)
            return property.IsDefined(typeof(ExperimentReferencesAttribute)) ? "list of experiments" : $"list of {Plural(Takes(item, property))}{(property.GetCustomAttribute<LengthAttribute>() is { } length ? $", {length.MinimumLength} to {length.MaximumLength}" : "")}";
        if (SpecKeys.EntryOf(type) is { } entry) return $"map from names to {Plural(Takes(entry, property))}";
        if (type == typeof(Corpus)) return "name of a corpus";
        if (type == typeof(Descriptions)) return "name of a file of descriptions";
        if (type == typeof(ClassList)) return "name of a file of classes";
        if (type.IsEnum) return string.Join(" or ", Enum.GetNames(type).Select(name => $"`{Identifiers.ToKebabCase(name)}`"));
        if (type == typeof(bool)) return "`true` or `false`";
        if (type == typeof(string)) return "text";
        if (!type.IsPrimitive) return Link(records, type, TitleOf(type), "map");
        var number = type == typeof(int) || type == typeof(long) ? "whole number" : "number";
        if (property.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed) return $"{number}: {string.Join(", ", allowed.Values.Select(Literal))}";
        return property.GetCustomAttribute<RangeAttribute>() is { } range ? $"{number}, {Literal(range.Minimum)} to {Literal(range.Maximum)}" : number;
    }

    private static string Link(List<Type> known, Type type, string title, string shown)
    {
        if (!known.Contains(type)) known.Add(type);
        return $"[{shown}](#{new string([.. title.ToLowerInvariant().Where(character => char.IsLetterOrDigit(character) || character is ' ' or '-')]).Replace(' ', '-')})";
    }

    private static string Default(SpecKey key, object? instance)
    {
        if (key.Property.IsDefined(typeof(RequiredMemberAttribute))) return "required";
        if (instance is null) return "";
        var value = key.Property.GetValue(instance);
        return value is string or bool or IFormattable or IEnumerable ? $"`{Literal(value)}`" : "";
    }

    private static string Literal(object? value) => value switch
    {
        null => "",
        string given => $"\"{given}\"",
        bool flag => flag ? "true" : "false",
        Enum member => Identifiers.ToKebabCase(member.ToString()),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable items => $"[{string.Join(", ", items.Cast<object>().Select(Literal))}]",
        _ => value.ToString()!,
    };

    /// <summary>With every default; without the constructor's check that required keys are given.</summary>
    private static object? Instance(Type type) => type.GetConstructor(Type.EmptyTypes) is null ? null : Activator.CreateInstance(type);

    private static string TitleOf(Type type) => Words(type.Name.EndsWith("Options", StringComparison.Ordinal) ? type.Name[..^"Options".Length] : type.Name);

    private static string KindName(Type kind) => Words(kind.IsInterface ? kind.Name[1..] : kind.Name);

    /// <summary>ClimsLoss is <c>Clims loss</c>.</summary>
    private static string Words(string name)
    {
        var words = Identifiers.ToKebabCase(name).Replace('-', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    private static string Plural(string takes) => takes == "text" ? "texts" : takes.Replace("number", "numbers", StringComparison.Ordinal).Replace("[module:", "[modules:", StringComparison.Ordinal);

    private static string Escape(string cell) => cell.Replace("|", "\\|", StringComparison.Ordinal);
}
