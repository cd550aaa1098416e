using Pole.Runner.Runs;

namespace Pole.Runner.Comparing;

/// <summary>What warnings call a run.</summary>
internal static class RunNames
{
    public static string Of(RunRecord run) => $"{run.Experiment} ({run.Ended:yyyy-MM-dd HH:mm})";
}
