using System.CommandLine;
using Pole.Runner.Comparing;

namespace Pole.Runner.Commands;

/// <summary>A run on the command line: an experiment, whose latest run that ended is meant, or the folder of a run.</summary>
internal static class RunArgument
{
    public static Argument<string> Create(ExperimentSet experiments)
    {
        var argument = new Argument<string>("run") { Description = "An experiment, whose latest run that ended is meant, or the folder of a run." };
        argument.Validators.Add(result =>
        {
            var name = result.Tokens[0].Value;
            if (!experiments.Has(name) && !Directory.Exists(name)) result.AddError(UnknownName.OfExperiment(name, experiments));
        });
        return argument;
    }

    /// <param name="runs">Folder of runs.</param>
    /// <exception cref="ExperimentException">The experiment has no run that ended, or the folder is not that of one.</exception>
    public static StoredRun Find(string name, string runs, ExperimentSet experiments) => new RunSearch(runs, experiments).Find(name)[0];
}
