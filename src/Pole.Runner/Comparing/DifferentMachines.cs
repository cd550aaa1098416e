using Pole.Pipeline.Artifacts;
using Pole.Runner.Runs;

namespace Pole.Runner.Comparing;

/// <summary>Detects runs whose stages were computed on different machines, where rounding alone may move scores.</summary>
internal static class DifferentMachines
{
    private static readonly (string Name, Func<ResultMachine, string> Of)[] Facts =
    [
        ("processor", machine => machine.Processor), ("device", machine => machine.Device), ("threads", machine => $"{machine.Threads}"), ("instructions", machine => machine.Instructions), ("convolutions", machine => machine.Convolutions),
    ];

    /// <returns>A sentence for each run that differs from an earlier one; empty where one machine computed all, or none is recorded.</returns>
    public static IReadOnlyList<string> Between(IReadOnlyList<RunRecord> runs) => RunPairs.Warnings(runs, MachinesOf, (one, other) => Warning(one.Run, other.Run));

    private static string MachinesOf(RunRecord run) => string.Join('\n', run.Stages.Select(stage => $"{stage.Stage} {stage.Machine}"));

    private static string? Warning(RunRecord one, RunRecord other)
    {
        var pairs = one.Stages.Join(other.Stages, stage => stage.Stage, stage => stage.Stage, (mine, theirs) => (mine.Stage, Mine: mine.Machine, Theirs: theirs.Machine)).Where(pair => pair is { Mine: not null, Theirs: not null });
        var different = pairs.SelectMany(pair => Facts.Where(fact => fact.Of(pair.Mine!) != fact.Of(pair.Theirs!)).Select(fact => (pair.Stage, Text: $"{fact.Name} {fact.Of(pair.Mine!)} and {fact.Of(pair.Theirs!)}")))
            .GroupBy(difference => difference.Text, difference => difference.Stage).Select(group => $"{group.Key} ({string.Join(", ", group.Distinct())})").ToList();
        return different.Count == 0 ? null : $"{RunPairs.NameOf(one)} and {RunPairs.NameOf(other)} were computed on different machines, and rounding alone may move their scores: {string.Join("; ", different)}";
    }
}
