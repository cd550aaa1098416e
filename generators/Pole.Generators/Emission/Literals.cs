using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;

namespace Pole.Generators.Emission;

/// <summary>Values as C# and as YAML text.</summary>
internal static class Literals
{
    public static string Text(string value) => SymbolDisplay.FormatLiteral(value, quote: true);

    /// <summary>A double that reads back as itself.</summary>
    public static string Number(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.IndexOfAny(['.', 'E', 'e']) < 0 ? $"{text}.0" : text;
    }

    /// <summary>As it would stand in YAML.</summary>
    public static string Plain(object? value) => value switch
    {
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
