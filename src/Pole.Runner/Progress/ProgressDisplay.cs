using Pole.Pipeline.Artifacts;
using Pole.Runner.Formats;
using Spectre.Console;

namespace Pole.Runner.Progress;

/// <summary>How a command shows what it does.</summary>
internal enum DisplayStyle
{
    /// <summary>Live bars on a terminal, plain lines elsewhere.</summary>
    Text,

    /// <summary>Errors only.</summary>
    Quiet,

    /// <summary>JSON lines for a program.</summary>
    Json,
}

/// <summary>Shows progress in the style that was asked for.</summary>
internal static class ProgressDisplay
{
    public static T Run<T>(DisplayStyle style, Func<IRunProgress, T> work) => style switch
    {
        DisplayStyle.Quiet => work(new PlainProgress(TextWriter.Null)),
        DisplayStyle.Json => work(new JsonProgress(Console.Out)),
        _ when Console.IsOutputRedirected || !Terminal.Console.Profile.Capabilities.Interactive => work(new PlainProgress(Console.Out)),
        _ => Terminal.Console.Progress().AutoRefresh(false).AutoClear(false).Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RateColumn(),
            new RemainingTimeColumn(), new ElapsedTimeColumn(), new MemoryColumn()).Start(context => work(new LiveProgress(context))),
    };
}
