using System.CommandLine;

namespace Pole.Runner.Commands;

/// <summary><c>pole data</c>: what looks after data sets.</summary>
internal static class DataCommand
{
    public static Command Create(ExperimentSet experiments) => new("data", "Set up, show and check data sets.") { DataInitCommand.Create(), DataExampleCommand.Create(), DataShowCommand.Create(experiments), DataCheckCommand.Create(experiments) };
}
