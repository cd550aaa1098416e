using System.Collections.Concurrent;
using Pole.Data.Imaging;

namespace Pole.Data.Folders;

/// <summary>The classes that a label map has.</summary>
internal sealed class MaskLabels(ClassNames classes, Func<string, string> fileOf) : IImageLabels
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<int>> read = new(StringComparer.Ordinal);

    public string FileOf(string id) => fileOf(id);

    public IReadOnlyList<int> Of(string id) => read.GetOrAdd(id, _ =>
    {
        var map = ImageCodec.ReadLabels(fileOf(id));
        map.RequireLabels(classes.Count + 1);
        return In(map, classes.Count);
    });

    /// <summary>Indices of the classes that a label map has, ascending.</summary>
    public static IReadOnlyList<int> In(LabelMap map, int classes)
    {
        var seen = new bool[byte.MaxValue + 1];
        foreach (var label in map.Labels) seen[label] = true;
        return [.. Enumerable.Range(0, classes).Where(index => seen[index + 1])];
    }
}
