using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Pole.Pipeline.Tests;

/// <summary>An experiment with one key of its spec changed, for every key of the schema.</summary>
internal static class SpecMutations
{
    /// <param name="texts">What texts become, by property name: other names of splits and files that exist.</param>
    public static IEnumerable<(string Path, Experiment Changed)> Of(Experiment experiment, IReadOnlyDictionary<string, string> texts) =>
        Below(experiment, "", texts).Select(change => (change.Path, (Experiment)change.Changed));

    private static IEnumerable<(string Path, object Changed)> Below(object record, string prefix, IReadOnlyDictionary<string, string> texts)
    {
        foreach (var property in record.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetSetMethod() is not null && !property.IsDefined(typeof(FilledByCompilerAttribute))))
        {
            var path = prefix + JsonNamingPolicy.KebabCaseLower.ConvertName(property.Name);
            foreach (var (below, value) in Values(property, property.GetValue(record), path, texts)) yield return (below, With(record, property, value));
        }
    }

    private static IEnumerable<(string Path, object? Value)> Values(PropertyInfo property, object? value, string path, IReadOnlyDictionary<string, string> texts)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type == typeof(Corpus)) return [(path, Renamed((Corpus)value!))];
        if (Other(property, type, value, texts) is { } other) return [(path, other)];
        if (value is null) return type.GetConstructor(Type.EmptyTypes) is not null && !type.IsGenericType && type != typeof(TrainingOptions) ? [(path, Activator.CreateInstance(type))] : [];
        if (value is IList modules && type.IsGenericType) return modules.Cast<object>().Index().SelectMany(module => Below(module.Item, $"{path}[{module.Index}].", texts).Select(change => (change.Path, (object?)WithItem(modules, module.Index, change.Changed))));
        return Below(value, $"{path}.", texts).Select(change => (change.Path, (object?)change.Changed));
    }

    /// <summary>Another value in the property's range; null for what has keys of its own.</summary>
    private static object? Other(PropertyInfo property, Type type, object? value, IReadOnlyDictionary<string, string> texts)
    {
        if (property.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed) return allowed.Values.First(candidate => !Equals(candidate, value));
        if (type == typeof(bool)) return value is not true;
        if (type == typeof(IReadOnlyDictionary<string, int>)) return new Dictionary<string, int> { ["fish"] = 1 };
        if (type == typeof(string) && property.IsDefined(typeof(RegularExpressionAttribute))) return "photo of {}.";
        if (type == typeof(string)) return texts.GetValueOrDefault(property.Name) ?? (value is string text && text.Contains("{}", StringComparison.Ordinal) ? "photo of {}." : $"{value}x");
        if (type.IsEnum) return Enum.GetValues(type).Cast<object>().First(member => !Equals(member, value));
        if (type == typeof(int)) return Within(property, (int?)value ?? 0, 1) is var number ? Convert.ToInt32(number, CultureInfo.InvariantCulture) : null;
        if (type == typeof(double)) return Within(property, (double?)value ?? 0, 0.05);
        if (type == typeof(IReadOnlyList<double>)) return (double[])[.. ((IReadOnlyList<double>?)value ?? []), 0.75];
        if (type == typeof(IReadOnlyList<int>)) return value is IReadOnlyList<int> { Count: > 0 } numbers ? (int[])[.. numbers.Take(numbers.Count - 1), numbers[^1] + 1] : (int[])[1, 1, 1, 2];
        if (type == typeof(IReadOnlyList<string>)) return (string[])[.. ((IReadOnlyList<string>?)value ?? []), "sky"];
        return null;
    }

    private static double Within(PropertyInfo property, double value, double step)
    {
        var range = property.GetCustomAttribute<System.ComponentModel.DataAnnotations.RangeAttribute>();
        return range is null || value + step <= Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture) ? value + step : value - step;
    }

    private static Corpus Renamed(Corpus corpus) => corpus with { Names = corpus.Names.ToDictionary(entry => entry.Key, entry => (IReadOnlyList<string>)[entry.Value[0], .. entry.Value.Skip(1).Reverse()]) };

    private static Array WithItem(IList items, int place, object item)
    {
        var copy = Array.CreateInstance(items.GetType().GetInterfaces().First(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)).GetGenericArguments()[0], items.Count);
        items.CopyTo(copy, 0);
        copy.SetValue(item, place);
        return copy;
    }

    /// <summary>What <c>with</c> does.</summary>
    private static object With(object record, PropertyInfo property, object? value)
    {
        var copy = record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;
        property.SetValue(copy, value);
        return copy;
    }
}
