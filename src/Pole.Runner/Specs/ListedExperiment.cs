namespace Pole.Runner.Specs;

/// <summary>What <c>pole list</c> shows of an experiment.</summary>
internal sealed record ListedExperiment(string Name, string? Sweep, string Fingerprint, string Description)
{
    public static ListedExperiment Of(Experiment experiment) => new(experiment.Name, experiment.Sweep, experiment.Fingerprint, experiment.Description);
}
