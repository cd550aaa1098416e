using System.Text;

namespace Pole.Runner.Specs;

/// <summary>A resolved spec as YAML, each value with the place that it comes from.</summary>
internal static class ResolvedSpecText
{
    private const int OriginColumn = 56;

    public static string Of(Experiment experiment)
    {
        var text = new StringBuilder($"# {experiment.Name}, fingerprint {experiment.Fingerprint}\n");
        Append(text, ResolvedSpec.Of(experiment), 0);
        return text.ToString();
    }

    private static void Append(StringBuilder text, IEnumerable<ResolvedKey> keys, int depth)
    {
        foreach (var key in keys)
        {
            var line = $"{new string(' ', 2 * depth)}{key.Name}:{(key.Value is null ? "" : $" {key.Value}")}";
            text.Append(key.Value is null ? line : $"{line.PadRight(OriginColumn)}  # {(key.Origin is { } origin ? $"{origin.File}:{origin.Line}" : "default")}").Append('\n');
            Append(text, key.Below, depth + 1);
        }
    }
}
