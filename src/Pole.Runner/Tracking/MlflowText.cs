using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Pole.Runner.Tracking;

/// <summary>Texts in the form that an MLflow server accepts (its <c>utils/validation.py</c>).</summary>
internal static partial class MlflowText
{
    public const int MostNameCharacters = 250, MostParameterCharacters = 6000, MostTagCharacters = 5000;

    private const int HashCharacters = 16;

    /// <summary>
    /// A name of a parameter, metric or tag: letters, digits, and <c>_ - . / space</c>, and as a path its own normal form. <c>stages[0].name</c> becomes <c>stages.0.name</c>; other
    /// characters are encoded as in XML names, <c>_x003A_</c>, so that different names stay different.
    /// </summary>
    public static string Name(string text)
    {
        var name = string.Concat(Place().Replace(text, ".$1").Select(character => IsAllowed(character) ? character.ToString() : Encoded(character)));
        if (name.Split('/').Any(part => part is "" or "." or "..")) name = name.Length == 0 ? "_" : string.Concat(name.Select(character => character is '/' or '.' ? Encoded(character) : character.ToString()));
        return name.Length <= MostNameCharacters ? name : $"{name[..(MostNameCharacters - HashCharacters - 1)]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HashCharacters]}";
    }

    /// <param name="most">Characters that the server keeps.</param>
    public static string Value(string text, int most) => text.Length <= most ? text : $"{text[..(char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1)]}…";

    /// <summary>As Python's <c>\w</c>, where one character is one code unit.</summary>
    private static bool IsAllowed(char character) => character is '_' or '-' or '.' or '/' or ' ' || char.IsLetterOrDigit(character);

    private static string Encoded(char character) => string.Create(CultureInfo.InvariantCulture, $"_x{(int)character:X4}_");

    [GeneratedRegex(@"\[([0-9]+)\]")]
    private static partial Regex Place();
}
