using Pole.Runner.Runs;

namespace Pole.Runner.Comparing;

/// <summary>Runs that are compared, two by two.</summary>
internal static class RunPairs
{
    /// <summary>The first warning of each run against those before it.</summary>
    /// <param name="warningOf">Of an earlier and a later run; null where there is none.</param>
    public static IReadOnlyList<string> Warnings(IReadOnlyList<RunRecord> runs, Func<RunRecord, RunRecord, string?> warningOf) =>
        [.. runs.Select((run, place) => runs.Take(place).Select(earlier => warningOf(earlier, run)).FirstOrDefault(warning => warning is not null)).OfType<string>()];

    /// <summary>What warnings call a run.</summary>
    public static string NameOf(RunRecord run) => $"{run.Experiment} ({run.Ended:yyyy-MM-dd HH:mm})";
}
