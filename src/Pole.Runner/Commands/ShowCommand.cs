using System.CommandLine;
using System.Text;
using Pole.Runner.Specs;

namespace Pole.Runner.Commands;

/// <summary><c>pole show EXPERIMENT</c>: the resolved spec, each value with the place that it comes from.</summary>
internal static class ShowCommand
{
    private const int OriginColumn = 56;

    public static Command Create(ExperimentSet experiments)
    {
        var experiment = ExperimentArgument.Create(experiments);
        var command = new Command("show", "Print the resolved spec as YAML, with the file and line of each value.") { experiment };
        command.SetAction(parsed =>
        {
            var shown = ExperimentArgument.Find(experiments, parsed.GetRequiredValue(experiment));
            var text = new StringBuilder($"# {shown.Name}, fingerprint {shown.Fingerprint}\n");
            Append(text, ResolvedSpec.Of(shown), 0);
            Console.Write(text);
            return ExitCodes.Success;
        });
        return command;
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
