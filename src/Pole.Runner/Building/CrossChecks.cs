using Pole.Pipeline.Stages;
using Pole.Specs.Diagnostics;

namespace Pole.Runner.Building;

/// <summary>Asks every part of an experiment what it does not fit.</summary>
internal static class CrossChecks
{
    public static IEnumerable<BuildFault> Find(Experiment experiment) =>
        SpecConflict.Of(experiment).Concat(StagesWithoutPlace(experiment)).Select(conflict => At(experiment, conflict));

    /// <summary>The first of the list that has no place in the graph: where it takes what no stage before it gives.</summary>
    private static IEnumerable<SpecConflict> StagesWithoutPlace(Experiment experiment)
    {
        for (var count = 1; count <= experiment.Stages?.Count; count++)
        {
            string fault;
            try
            {
                StageGraph.Of(experiment with { Stages = [.. experiment.Stages.Take(count)] });
                continue;
            }
            catch (ExperimentException exception)
            {
                fault = exception.Message[(exception.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..];
            }

            yield return new SpecConflict($"stages[{count - 1}]", fault);
            yield break;
        }
    }

    /// <summary>At the key itself, or at the nearest around it that is given: a default has no place.</summary>
    private static BuildFault At(Experiment experiment, SpecConflict conflict)
    {
        for (var path = conflict.Path; path.Length > 0; path = path.LastIndexOfAny(['.', '[']) is var dot and > 0 ? path[..dot] : "")
            if (experiment.Origins.Of(path) is { } origin) return new BuildFault(SpecRules.Conflict.Id, origin.File, origin.Line, origin.Column, Message(experiment, conflict));
        return new BuildFault(SpecRules.Conflict.Id, $"{experiment.Sweep ?? experiment.Name}.yaml", 1, 1, Message(experiment, conflict));
    }

    private static string Message(Experiment experiment, SpecConflict conflict) => $"'{conflict.Path}' of {experiment.Name}: {conflict.Message}";
}
