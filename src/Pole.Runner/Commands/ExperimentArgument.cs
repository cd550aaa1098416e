using System.CommandLine;

namespace Pole.Runner.Commands;

/// <summary>The name of an experiment on the command line; an unknown one is a wrong command line that lists the known.</summary>
internal static class ExperimentArgument
{
    public static Argument<string> Create(IReadOnlyList<Experiment> experiments)
    {
        var argument = new Argument<string>("experiment") { Description = "Name of an experiment; see list." };
        argument.Validators.Add(result =>
        {
            var name = result.Tokens[0].Value;
            if (experiments.All(experiment => experiment.Name != name)) result.AddError($"there is no experiment '{name}'; there are {string.Join(", ", experiments.Select(experiment => experiment.Name))}");
        });
        return argument;
    }

    public static Experiment Find(IReadOnlyList<Experiment> experiments, string name) => experiments.First(experiment => experiment.Name == name);
}
