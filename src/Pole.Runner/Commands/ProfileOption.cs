using System.CommandLine;
using Pole.Runner.Launching;

namespace Pole.Runner.Commands;

/// <summary>The machine profile of a command that starts no tasks: it takes <c>tracking</c> of it.</summary>
internal static class ProfileOption
{
    public static Option<string?> Create() => new("--machine") { Description = "Profile of the machine, a YAML file, of which this takes where runs are tracked (MLFLOW_TRACKING_URI counts before it)." };

    /// <returns>Null where none is given.</returns>
    /// <exception cref="ExperimentException">The profile cannot be read.</exception>
    public static MachineProfile? Read(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is { } file ? MachineProfileFile.Read(file) : null;
}
