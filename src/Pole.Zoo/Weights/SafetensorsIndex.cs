using System.Text.Json;

namespace Pole.Zoo.Weights;

/// <summary>The safetensors files of a Hugging Face folder: one, or the shards that its index lists.</summary>
internal static class SafetensorsIndex
{
    private const string Single = "model.safetensors", Index = "model.safetensors.index.json";

    /// <summary>The index itself, where the folder has one.</summary>
    public static IEnumerable<string> IndexOf(string folder) => new[] { Path.Combine(folder, Index) }.Where(File.Exists);

    /// <exception cref="InvalidDataException">There is neither.</exception>
    /// <exception cref="ExperimentException">The index is damaged, or names a file outside the folder.</exception>
    public static IReadOnlyList<string> FilesOf(string folder)
    {
        var index = Path.Combine(folder, Index);
        if (File.Exists(index)) return InputFile.Read(index, "an index of weights", "get it again from where the weights are published", () => Listed(index, folder));
        return File.Exists(Path.Combine(folder, Single)) ? [Path.Combine(folder, Single)] : throw new InvalidDataException($"the folder has neither {Single} nor {Index}");
    }

    private static IReadOnlyList<string> Listed(string index, string folder)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(index));
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object) throw new InvalidDataException("it has no weight_map");
        var names = map.EnumerateObject().Select(entry => entry.Value.ToString()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (names.FirstOrDefault(name => Path.GetFileName(name) != name || name.AsSpan().ContainsAny(Path.GetInvalidFileNameChars())) is { } outside) throw new InvalidDataException($"it names '{outside}', which is not a file of the folder");
        return names.FirstOrDefault(name => !File.Exists(Path.Combine(folder, name))) is { } missing ? throw new InvalidDataException($"it names '{missing}', which is not there") : [.. names.Select(name => Path.Combine(folder, name))];
    }
}
