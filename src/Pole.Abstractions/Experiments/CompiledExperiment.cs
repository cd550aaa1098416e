namespace Pole;

/// <summary>An experiment of a build, made when it is first asked for: a build may have thousands, and a run needs a few.</summary>
/// <param name="name">Path of the spec below <c>experiments</c>, without extension.</param>
/// <param name="sweep">The spec whose sweep it is a point of; null where it is a spec of its own.</param>
/// <param name="create">Makes it by its name. One for all of a build: making a delegate for each loads the class of each.</param>
public sealed class CompiledExperiment(string name, string? sweep, Func<string, Experiment> create)
{
    private readonly Lazy<Experiment> experiment = new(() => create(name));

    public string Name => name;

    public string? Sweep => sweep;

    public Experiment Value => experiment.Value;
}
