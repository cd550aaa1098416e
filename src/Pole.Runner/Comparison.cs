using Pole.Pipeline;

namespace Pole.Runner;

/// <summary>Runs of an experiment and of those that it compares with, the experiment last.</summary>
internal sealed record Comparison(IReadOnlyList<ExperimentRun> Runs, IReadOnlyList<ExperimentResult> Results)
{
    public static Comparison Run(Experiment experiment, ExperimentSet all, RunContext context)
    {
        var compared = experiment.Compare.Select(name => all.Find(name)).Append(experiment);
        var runs = compared.Select(entry => new ExperimentRun(entry, context)).ToList();
        return new Comparison(runs, [.. runs.Select(run => run.Run())]);
    }
}
