using Pole.Pipeline;

namespace Pole.Runner;

/// <summary>Runs of an experiment and of those that it compares with, the experiment last.</summary>
internal sealed record Comparison(IReadOnlyList<ExperimentRun> Runs, IReadOnlyList<ExperimentResult> Results)
{
    /// <summary>Those with CAMs of their own: a bound has those of the experiment that it bounds. The experiment itself is always among them.</summary>
    public IReadOnlyList<(ExperimentRun Run, ExperimentResult Result)> OfOwnCams =>
        [.. Runs.Zip(Results).Where(pair => pair.Second == Results[^1] || pair.Second.Experiment.Segmentation is not { Masks: MaskSource.Truth })];

    /// <param name="compared">Has ended.</param>
    /// <param name="storedOnly">Takes what is stored and makes nothing.</param>
    public static Comparison Run(Experiment experiment, IReadOnlyList<(ExperimentRun Run, ExperimentResult Result)> compared, RunContext context, bool storedOnly)
    {
        var run = new ExperimentRun(experiment, context);
        return new Comparison([.. compared.Select(each => each.Run), run], [.. compared.Select(each => each.Result), storedOnly ? run.Collect() : run.Run()]);
    }
}
