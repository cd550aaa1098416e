using System.CommandLine;

namespace Pole.Runner.Commands;

/// <summary>The name of an experiment on the command line; an unknown one is a wrong command line.</summary>
internal static class ExperimentArgument
{
    public static Argument<string> Create(ExperimentSet experiments)
    {
        var argument = new Argument<string>("experiment") { Description = "Name of an experiment; pole list shows them." };
        argument.Validators.Add(result =>
        {
            var name = result.Tokens[0].Value;
            if (!experiments.Has(name)) result.AddError(UnknownName.OfExperiment(name, experiments));
        });
        return argument;
    }

    public static Experiment Find(ExperimentSet experiments, string name) => experiments.Find(name);
}
