using System.Globalization;

namespace Pole.Data.Folders;

/// <summary>Finds classes by name or by number.</summary>
/// <param name="classes">In label order.</param>
/// <param name="source">Where they stand, for messages: <c>datasets/toys.yaml</c>, <c>the data set voc12</c>.</param>
public sealed class ClassNames(IReadOnlyList<string> classes, string source)
{
    private const int Shown = 10;

    private readonly Dictionary<string, int> indices = classes.Select((name, index) => (name, index)).ToDictionary(entry => entry.name, entry => entry.index, StringComparer.Ordinal);

    public int Count => classes.Count;

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
