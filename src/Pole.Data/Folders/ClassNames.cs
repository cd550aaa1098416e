using System.Globalization;

namespace Pole.Data.Folders;

/// <summary>Finds classes by name or by number.</summary>
/// <param name="classes">In label order.</param>
/// <param name="source">Where they stand, for messages: <c>datasets/toys.yaml</c>, <c>the data set voc12</c>.</param>
public sealed class ClassNames(IReadOnlyList<string> classes, string source)
{
    private const int Shown = 10;

    /// <summary>Letters of a name. YAML's keys have 1,024 at most, a folder's name 255 bytes; a longer one is a table that lost a quotation mark.</summary>
    private const int LongestName = 255, ShownOfName = 40;

    private readonly Dictionary<string, int> indices = classes.Select((name, index) => (name, index)).ToDictionary(entry => entry.name, entry => entry.index, StringComparer.Ordinal);

    public int Count => classes.Count;

    /// <returns>The name.</returns>
    /// <param name="place">For the message: file and line.</param>
    /// <exception cref="ExperimentException">It is too long for a class.</exception>
    public static string Usable(string name, string place) => name.Length <= LongestName ? name
        : throw new ExperimentException(string.Create(CultureInfo.InvariantCulture, $"{place}: '{name[..ShownOfName]}…' has {name.Length:n0} letters, and the name of a class has {LongestName} at most: shorten it, or close a quotation mark before it"));

    /// <param name="place">For the message: file and line.</param>
    /// <exception cref="ExperimentException">There is no such class.</exception>
    public int Named(string name, string place) => indices.TryGetValue(name, out var index) ? index : throw new ExperimentException($"{place}: '{name}' is no class; {Known}");

    /// <summary>By name, or by the number that a label map has: 1 for the first class.</summary>
    /// <exception cref="ExperimentException">There is no such class.</exception>
    public int NamedOrNumbered(string text, string place) => indices.TryGetValue(text, out var index) ? index
        : !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Named(text, place)
        : number >= 1 && number <= Count ? number - 1 : throw new ExperimentException($"{place}: there is no class {number}; classes are numbered 1…{Count} as in label maps, {Known}");

    private string Known => $"{source} has {string.Join(", ", classes.Take(Shown))}{(Count > Shown ? $" and {Count - Shown} more" : "")}";
}
