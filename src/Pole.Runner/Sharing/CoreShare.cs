using Pole.Compute;

namespace Pole.Runner.Sharing;

/// <summary>The cores that a run keeps to beside others.</summary>
/// <param name="IsShared">Others compute on some of them too.</param>
internal sealed record CoreShare(IReadOnlyList<int> Own, bool IsShared)
{
    /// <summary>Runs that were given some of this run's cores alone, such as tasks of a launch, keep them. Runs that may have the same cores share what these leave, evenly.</summary>
    /// <param name="living">This run among them, in an order that all agree on.</param>
    public static CoreShare Of(RegisteredRun run, IReadOnlyList<RegisteredRun> living)
    {
        var free = FreeFor(run, living);
        var equals = living.Where(other => other.Cores.SequenceEqual(run.Cores)).ToList();
        var own = Cores.Shares(free.Count > 0 ? free : run.Cores, equals.Count)[equals.IndexOf(run)];
        return new CoreShare(own, free.Count == 0 || equals.Count > free.Count || living.Any(other => other.Cores.Count > run.Cores.Count && FreeFor(other, living).Count == 0));
    }

    private static List<int> FreeFor(RegisteredRun run, IReadOnlyList<RegisteredRun> living) => [.. run.Cores.Except(living.Where(other => other.Cores.Count < run.Cores.Count).SelectMany(other => other.Cores))];
}
