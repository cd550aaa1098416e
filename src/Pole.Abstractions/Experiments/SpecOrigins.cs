using System.Globalization;

namespace Pole;

/// <summary>The place in YAML that a value comes from. Lines and columns count from 1.</summary>
/// <param name="File">Below the folder of specs: <c>base/voc12-clims.yaml</c>.</param>
public sealed record SpecOrigin(string File, int Line, int Column);

/// <summary>Where the given values of an experiment come from, by the path of their keys: <c>prompt.synonyms</c>.</summary>
/// <param name="lines">As the spec compiler writes them: path, file, line and column, separated by tabs. Read when first asked for.</param>
public sealed class SpecOrigins(string lines)
{
    private readonly Lazy<IReadOnlyDictionary<string, SpecOrigin>> origins = new(() => lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))
        .ToDictionary(parts => parts[0], parts => new SpecOrigin(parts[1], int.Parse(parts[2], CultureInfo.InvariantCulture), int.Parse(parts[3], CultureInfo.InvariantCulture)), StringComparer.Ordinal));

    /// <summary>Of an experiment that was not compiled from YAML.</summary>
    public static SpecOrigins None { get; } = new("");

    public IReadOnlyDictionary<string, SpecOrigin> All => origins.Value;

    /// <summary>Null for a default.</summary>
    public SpecOrigin? Of(string path) => All.GetValueOrDefault(path);
}
