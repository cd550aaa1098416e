using System.CommandLine;
using Pole.Runner.Specs;

namespace Pole.Runner.Commands;

/// <summary><c>pole show EXPERIMENT</c>: the resolved spec, each value with the place that it comes from.</summary>
internal static class ShowCommand
{
    public static Command Create(ExperimentSet experiments)
    {
        var experiment = ExperimentArgument.Create(experiments);
        var command = new Command("show", "Print the resolved spec as YAML, with the file and line of each value.") { experiment };
        command.SetAction(parsed =>
        {
            Console.Write(ResolvedSpecText.Of(experiments.Resolved(parsed.GetRequiredValue(experiment))));
            return ExitCodes.Success;
        });
        return command;
    }
}
