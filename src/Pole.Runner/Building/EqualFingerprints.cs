using Pole.Specs.Diagnostics;

namespace Pole.Runner.Building;

/// <summary>Experiments that would have one and the same result. Sweeps may meet in a point, and go through a spec of its own: they do so to compare with it.</summary>
internal static class EqualFingerprints
{
    public static IEnumerable<BuildFault> Find(IReadOnlyList<Experiment> experiments) =>
        experiments.GroupBy(experiment => (experiment.Fingerprint, experiment.Sweep)).Where(group => group.Count() > 1).SelectMany(group => group.Skip(1).Select(twin =>
            new BuildFault(SpecRules.EqualFingerprints.Id, $"{twin.Sweep ?? twin.Name}.yaml", 1, 1, $"{twin.Name} has the same result as {group.First().Name}: every setting that changes a result is equal", IsError: false)));
}
