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

    /// <summary>The schedule of the steps after the rise.</summary>
    public required IModuleOptions<ILearningRateSchedule> Then { get; init; }

    public ILearningRateSchedule Create(ModuleContext context) => new Schedule(Share, Steps, Then.Create(context));

    private sealed class Schedule(double? share, int? rise, ILearningRateSchedule then) : ILearningRateSchedule
    {
        public double Factor(long step, long steps)
        {
            var warmUp = Math.Max(1, rise ?? (long)(steps * share!.Value));
            return step < warmUp ? (step + 1.0) / warmUp : then.Factor(step - warmUp, Math.Max(1, steps - warmUp));
        }
    }
}
