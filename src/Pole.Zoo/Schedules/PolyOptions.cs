using System.ComponentModel.DataAnnotations;

namespace Pole.Zoo.Schedules;

/// <summary>Rates fall as (1 − step / steps)^power, and stay where they are after the last step.</summary>
[PoleModule("poly")]
public sealed record PolyOptions : IModuleOptions<ILearningRateSchedule>
{
    /// <summary>The power.</summary>
    [Range(0.0, 100.0)] public double Power { get; init; } = 0.9;

    /// <summary>Steps that a rate is kept for before it falls again: 10 in kazuto1011/deeplab-pytorch.</summary>
    [Range(1, 1_000_000)] public int Interval { get; init; } = 1;

    public ILearningRateSchedule Create(ModuleContext context) => new Schedule(Power, Interval);

    private sealed class Schedule(double power, int interval) : ILearningRateSchedule
    {
        public double Factor(long step, long steps)
        {
            var last = Math.Min(step, steps - 1);
            return Math.Pow(1 - (double)(last - last % interval) / steps, power);
        }
    }
}
