using Pole.Runner.Building;
using Pole.Runner.Specs;

namespace Pole.Runner;

/// <summary>The experiments of a build; those that nobody asks for are not made.</summary>
internal sealed class ExperimentSet(IReadOnlyList<CompiledExperiment> compiled)
{
    private readonly Lazy<Dictionary<string, CompiledExperiment>> byName = new(() => compiled.ToDictionary(experiment => experiment.Name, StringComparer.Ordinal));

    /// <summary>In the order of the build.</summary>
    public IEnumerable<string> Names => compiled.Select(experiment => experiment.Name);

    /// <summary>Specs with a sweep.</summary>
    public IReadOnlyList<string> Sweeps => [.. compiled.Select(experiment => experiment.Sweep).OfType<string>().Distinct()];

    /// <summary>Every experiment, made.</summary>
    public IReadOnlyList<Experiment> All => [.. compiled.Select(experiment => experiment.Value)];

    /// <summary>What the build's index says, or else every experiment, made.</summary>
    public IReadOnlyList<ListedExperiment> Listed => (BuildFolder.Running is { } build ? ExperimentIndex.Read(build) : null) ?? [.. All.Select(ListedExperiment.Of)];

    /// <summary>Name of a sweep's first point.</summary>
    public string FirstPointOf(string sweep) => compiled.First(experiment => experiment.Sweep == sweep).Name;

    public bool Has(string name) => byName.Value.ContainsKey(name);

    public Experiment Find(string name) => byName.Value[name].Value;

    /// <summary>What the build's index says, or else the experiment, made and resolved.</summary>
    public ResolvedExperiment Resolved(string name) => (BuildFolder.Running is { } build ? ExperimentIndex.Find(name, build) : null) ?? ResolvedExperiment.Of(Find(name));

    /// <summary>An experiment behind those that it is compared with.</summary>
    public IReadOnlyList<Experiment> WithCompared(Experiment experiment) => [.. experiment.Compare.Select(Find), experiment];

    public IReadOnlyList<Experiment> PointsOf(string sweep) => [.. compiled.Where(experiment => experiment.Sweep == sweep).Select(experiment => experiment.Value)];

    /// <summary>The sweep that an experiment is a point of; null for one that is none, or not of this build.</summary>
    public string? SweepOf(string name) => byName.Value.GetValueOrDefault(name)?.Sweep;

    /// <summary>The experiment that an executable is named after; null where it is none's.</summary>
    public Experiment? OfExecutable(string executable) => compiled.FirstOrDefault(experiment => Experiment.ExecutableNameOf(experiment.Name) == executable)?.Value;
}
