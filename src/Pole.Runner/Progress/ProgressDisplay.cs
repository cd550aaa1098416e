using Pole.Pipeline.Artifacts;
using Spectre.Console;

namespace Pole.Runner.Progress;

/// <summary>Live bars on a terminal, plain lines elsewhere.</summary>
internal static class ProgressDisplay
{
    public static T Run<T>(Func<IRunProgress, T> work) =>
        Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive
            ? work(new PlainProgress(Console.Out))
            : AnsiConsole.Progress().AutoRefresh(false).AutoClear(false).Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RateColumn(),
                new RemainingTimeColumn(), new ElapsedTimeColumn()).Start(context => work(new LiveProgress(context)));
}
