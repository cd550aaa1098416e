using System.CommandLine;

namespace Pole.Runner.Commands;

/// <summary>Where runs keep their folders.</summary>
internal static class RunsOption
{
    public static Option<string> Create() => new("--runs") { Description = "Folder of runs, EXPERIMENT/FINGERPRINT/START (POLE_RUNS).", DefaultValueFactory = _ => MachineOptions.Setting("POLE_RUNS") ?? "runs" };

    /// <exception cref="ExperimentException">It is a file.</exception>
    public static string Of(ParseResult parsed, Option<string> option) => GivenFolder.Of(option.Name, parsed.GetValue(option)!);
}
