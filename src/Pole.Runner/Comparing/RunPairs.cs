using Pole.Runner.Runs;

namespace Pole.Runner.Comparing;

/// <summary>Runs that are compared, two by two.</summary>
internal static class RunPairs
{
    /// <summary>The first warning of each run against those before it. Of runs with the same facts only the first is asked: a later one would warn of the same.</summary>
    /// <param name="factsOf">All that a warning depends on.</param>
    /// <param name="warningOf">Of an earlier and a later run; null where there is none.</param>
    public static IReadOnlyList<string> Warnings<TFacts>(IReadOnlyList<RunRecord> runs, Func<RunRecord, TFacts> factsOf, Func<(RunRecord Run, TFacts Facts), (RunRecord Run, TFacts Facts), string?> warningOf)
    {
        var (warnings, known, firsts) = (new List<string>(), new HashSet<TFacts>(), new List<(RunRecord Run, TFacts Facts)>());
        foreach (var run in runs.Select(run => (Run: run, Facts: factsOf(run))))
        {
            if (firsts.Select(earlier => warningOf(earlier, run)).FirstOrDefault(warning => warning is not null) is { } warning) warnings.Add(warning);
            if (known.Add(run.Facts)) firsts.Add(run);
        }

        return warnings;
    }

    /// <summary>What warnings call a run.</summary>
    public static string NameOf(RunRecord run) => $"{run.Experiment} ({run.Ended:yyyy-MM-dd HH:mm})";
}
