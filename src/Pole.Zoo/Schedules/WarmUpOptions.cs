using System.ComponentModel.DataAnnotations;

namespace Pole.Zoo.Schedules;

/// <summary>Rates rise linearly over the first steps; another schedule has the others.</summary>
[PoleModule("warm-up")]
public sealed record WarmUpOptions : IModuleOptions<ILearningRateSchedule>
{
    /// <summary>Steps of the rise, as a share of all.</summary>
    [Range(0.0, 1.0)] public double? Share { get; init; }

    /// <summary>Steps of the rise.</summary>
    [Range(1, 100_000_000), ExactlyOneOf(nameof(Share))] public int? Steps { get; init; }

    /// <summary>Factor of the first step; the last of the rise is then one step before 1. Left out: the rise ends at 1, and starts at 1 / steps.</summary>
    [Range(0.0, 1.0)] public double? StartFactor { get; init; }

    /// <summary>Whether the other schedule counts the steps of the rise as its own: it goes on from where it would be without the rise. Left out: it starts after the rise.</summary>
    public bool? Overlap { get; init; }

    /// <summary>The schedule of the steps after the rise.</summary>
    public required IModuleOptions<ILearningRateSchedule> Then { get; init; }

    public ILearningRateSchedule Create(ModuleContext context) => new Schedule(Share, Steps, StartFactor, Overlap ?? false, Then.Create(context));

    private sealed class Schedule(double? share, int? rise, double? start, bool overlaps, ILearningRateSchedule then) : ILearningRateSchedule
    {
        public double Factor(long step, long steps)
        {
            var warmUp = Math.Max(1, rise ?? (long)(steps * share!.Value));
            if (step < warmUp) return start is { } first ? first + (1 - first) * step / warmUp : (step + 1.0) / warmUp;
            return overlaps ? then.Factor(step, steps) : then.Factor(step - warmUp, Math.Max(1, steps - warmUp));
        }
    }
}
