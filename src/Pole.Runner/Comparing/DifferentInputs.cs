using Pole.Runner.Runs;

namespace Pole.Runner.Comparing;

/// <summary>Finds runs that say the same of their data or weights in their specs and were made from others.</summary>
internal static class DifferentInputs
{
    private const string Dataset = "dataset", WeightsPrefix = "weights ";

    /// <returns>A sentence for each run that differs from an earlier one; empty where all were made from the same.</returns>
    public static IReadOnlyList<string> Between(IReadOnlyList<RunRecord> runs) => RunPairs.Warnings(runs, run => (Dataset: DatasetOf(run), Inputs: InputsOf(run)), (one, other) => Warning(one.Run, other.Run, one.Facts.Dataset == other.Facts.Dataset));

    private static string? Warning(RunRecord one, RunRecord other, bool sameData)
    {
        var different = one.Inputs.Where(input => (sameData || input.Key.StartsWith(WeightsPrefix, StringComparison.Ordinal)) && other.Inputs.TryGetValue(input.Key, out var digest) && digest != input.Value).Select(input => input.Key).ToList();
        return different.Count == 0 ? null : $"{RunPairs.NameOf(one)} and {RunPairs.NameOf(other)} were made from different files, so their scores do not compare: {string.Join(", ", different)}";
    }

    private static string InputsOf(RunRecord run) => string.Join('\n', run.Inputs.OrderBy(input => input.Key, StringComparer.Ordinal));

    private static string DatasetOf(RunRecord run) => string.Join('\n', run.Spec.Where(value => value.Key == Dataset || value.Key.StartsWith($"{Dataset}.", StringComparison.Ordinal)).OrderBy(value => value.Key, StringComparer.Ordinal));
}
