using System.Globalization;

namespace Pole.Specs.Yaml;

/// <summary>Whole numbers as specs give them: 5.0 and 1e1 are whole too, as in JSON's schema, which editors check by.</summary>
public static class WholeNumber
{
    /// <summary>Beyond it, a double does not tell whole numbers apart.</summary>
    private const double Largest = 1L << 53;

    public static bool TryParse(string text, out long value)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)) return true;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || number != Math.Truncate(number) || Math.Abs(number) > Largest) return false;
        value = (long)number;
        return true;
    }
}
