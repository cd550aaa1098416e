using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Pole.Runner.Specs;
using Pole.Specs;
using Pole.Specs.Diagnostics;
using Pole.Specs.Yaml;

namespace Pole.Runner.Launching;

/// <summary>A section of a machine profile as the options record of a module: its keys are the record's properties, and their annotations are checked.</summary>
internal static class OptionsSection
{
    /// <exception cref="ExperimentException">A key is missing or unknown, or a value does not fit; says where.</exception>
    public static object Read(Type record, YamlMap section)
    {
        var keys = SpecKeys.Of(record);
        ProfileYaml.Known(section, [.. keys.Select(key => key.Name)]);
        if (keys.FirstOrDefault(key => key.Property.IsDefined(typeof(RequiredMemberAttribute)) && ProfileYaml.Value(section, key.Name) is null) is { } missing) throw ProfileYaml.Fault(section.Span, $"'{missing.Name}' is missing");
        var options = Activator.CreateInstance(record)!;
        foreach (var key in keys)
            if (ProfileYaml.Value(section, key.Name) is { } node) key.Property.SetValue(options, Checked(key, node, Value(key, node)));
        return options;
    }

    private static object Value(SpecKey key, YamlNode node)
    {
        if (SpecKeys.ItemOf(key.Type) == typeof(string)) return ProfileYaml.Words(node);
        var text = ProfileYaml.Scalar(node);
        return key.Type switch
        {
            _ when key.Type == typeof(string) => text,
            _ when key.Type == typeof(bool) => text is "true" or "false" ? text == "true" : throw Wrong("true or false"),
            _ when key.Type == typeof(int) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong("a whole number"),
            _ when key.Type == typeof(long) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong("a whole number"),
            _ when key.Type == typeof(double) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : throw Wrong("a number"),
            { IsEnum: true } => Enum.GetValues(key.Type).Cast<object>().FirstOrDefault(member => Identifiers.ToKebabCase(member.ToString()!) == text)
                ?? throw ProfileYaml.Fault(node.Span, $"{key.Name} is '{text}'{Nearest.Hint(text, Enum.GetNames(key.Type).Select(Identifiers.ToKebabCase), "it can be")}"),
            _ => throw ProfileYaml.Fault(node.Span, $"{key.Name} cannot be read: options in a machine profile are texts, whole numbers, numbers, booleans, enumerations and lists of texts, and this one is a {key.Type.Name}"),
        };

        ExperimentException Wrong(string wanted) => ProfileYaml.Fault(node.Span, $"{key.Name} is '{text}'; it is {wanted}");
    }

    private static object Checked(SpecKey key, YamlNode node, object value)
    {
        var broken = key.Property.GetCustomAttributes(typeof(ValidationAttribute), inherit: true).Cast<ValidationAttribute>().FirstOrDefault(annotation => !annotation.IsValid(value));
        if (broken is null) return value;
        var given = node is YamlScalar scalar ? scalar.Text : string.Join(", ", ProfileYaml.Words(node));
        throw ProfileYaml.Fault(node.Span, $"{key.Name} is '{given}'; {Wanted(broken, key.Name)}");
    }

    private static string Wanted(ValidationAttribute annotation, string key) => annotation switch
    {
        RangeAttribute range => string.Create(CultureInfo.InvariantCulture, $"it can be {range.Minimum} to {range.Maximum}"),
        LengthAttribute length => $"{length.MinimumLength} to {length.MaximumLength} items are needed",
        AllowedValuesAttribute allowed => $"it can be {string.Join(", ", allowed.Values)}",
        RegularExpressionAttribute { ErrorMessage: not null } pattern => pattern.FormatErrorMessage("it"),
        RegularExpressionAttribute pattern => $"it must match the regular expression {pattern.Pattern}",
        _ => annotation.FormatErrorMessage(key),
    };
}
