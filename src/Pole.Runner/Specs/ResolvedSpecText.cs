using System.Text;

namespace Pole.Runner.Specs;

/// <summary>A resolved spec as YAML, each value with the place that it comes from.</summary>
internal static class ResolvedSpecText
{
    private const int OriginColumn = 56;

    public static string Of(Experiment experiment) => Of(experiment.Name, experiment.Fingerprint, ResolvedSpec.Of(experiment));

    public static string Of(ResolvedExperiment experiment) => Of(experiment.Name, experiment.Fingerprint, experiment.Keys);

    private static string Of(string name, string fingerprint, IEnumerable<ResolvedKey> keys)
    {
        var text = new StringBuilder($"# {name}, fingerprint {fingerprint}\n");
        Append(text, keys, 0);
        return text.ToString();
    }

    /// <param name="first">What the first line begins with, where it is the first of an item.</param>
    private static void Append(StringBuilder text, IEnumerable<ResolvedKey> keys, int depth, string? first = null)
    {
        foreach (var key in keys)
        {
            var start = first ?? new string(' ', 2 * depth);
            first = null;
            if (key is { Name: "", Value: null })
            {
                Append(text, key.Below, depth + 1, $"{start}- ");
                continue;
            }

            var line = key.Name.Length == 0 ? $"{start}- {key.Value}" : $"{start}{key.Name}:{(key.Value is null ? "" : $" {key.Value}")}";
            text.Append(key.Value is null ? line : $"{line.PadRight(OriginColumn)}  # {(key.Origin is { } origin ? $"{origin.File}:{origin.Line}" : "default")}").Append('\n');
            Append(text, key.Below, depth + 1);
        }
    }
}
