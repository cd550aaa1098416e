using Pole.Pipeline.Stages;

namespace Pole.Pipeline.Judging;

/// <summary>The experiment's CAM networks, as far as they are stored: nothing is trained for a check.</summary>
internal static class TrainedMaps
{
    /// <returns>The caller disposes the networks.</returns>
    public static IReadOnlyList<(string Name, CamNetwork Network)> Of(Experiment experiment, RunContext context)
    {
        var baseline = experiment with { Clip = null, Prompt = null, Objective = null, Clims = null, Adaptor = new AdaptorOptions(), Refinement = null, Segmentation = null, Stages = null };
        return [.. new[] { ("map of the baseline", Load(baseline, context)), ("map after training", experiment.Clims is null ? null : Load(experiment, context)) }.Where(map => map.Item2 is not null).Select(map => (map.Item1, map.Item2!))];
    }

    private static CamNetwork? Load(Experiment experiment, RunContext context)
    {
        using var run = new ExperimentRun(experiment, context).StoredTo(PipelineSlots.Network);
        return run?.Final(PipelineSlots.Network)?.Load();
    }
}
