using Pole.Pipeline.Stages;

namespace Pole.Runner.Specs;

/// <summary>What is shown of an experiment and compared with others, after resolution.</summary>
/// <param name="Keys">Those of its spec.</param>
/// <param name="Contents">What the files hold that the spec names: classes, names, sentences.</param>
/// <param name="Stages">Those that store results, in the order of the chain.</param>
internal sealed record ResolvedExperiment(string Name, string? Sweep, string Fingerprint, IReadOnlyList<ResolvedKey> Keys, IReadOnlyList<ResolvedKey> Contents, IReadOnlyList<StageSpecKey> Stages)
{
    public static ResolvedExperiment Of(Experiment experiment) => new(experiment.Name, experiment.Sweep, experiment.Fingerprint, ResolvedSpec.Of(experiment), [.. ResolvedSpec.Contents(experiment)], StageGraph.SpecKeys(experiment));

    /// <inheritdoc cref="ResolvedSpec.Values(Experiment)"/>
    public IReadOnlyDictionary<string, ResolvedKey> Values => ResolvedSpec.Values(Keys, Contents);
}
