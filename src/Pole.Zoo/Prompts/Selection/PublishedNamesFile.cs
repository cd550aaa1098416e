using System.Text.Json;

namespace Pole.Zoo.Prompts.Selection;

/// <summary>The published form of a selection: per image the chosen names, in ascending order of its classes (rB080/WSS_POLE, assets).</summary>
public static class PublishedNamesFile
{
    private const string Key = "selections";

    /// <returns>In the order of the file.</returns>
    /// <exception cref="InvalidDataException">It is no selection, or has an image twice.</exception>
    public static IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(Key, out var selections)) throw new InvalidDataException($"it has no '{Key}'");
        var images = new HashSet<string>(StringComparer.Ordinal);
        var names = new List<KeyValuePair<string, IReadOnlyList<string>>>();
        foreach (var image in selections.EnumerateObject())
        {
            if (!images.Add(image.Name)) throw new InvalidDataException($"image '{image.Name}' is listed twice");
            names.Add(KeyValuePair.Create(image.Name, (IReadOnlyList<string>)[.. image.Value.EnumerateArray().Select(name => name.GetString() ?? "")]));
        }

        return names;
    }
}
