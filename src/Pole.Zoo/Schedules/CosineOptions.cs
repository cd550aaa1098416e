namespace Pole.Zoo.Schedules;

/// <summary>Rates fall as half a cosine, to 0 after the last step (Loshchilov and Hutter, 2017, without restarts).</summary>
[PoleModule("cosine")]
public sealed record CosineOptions : IModuleOptions<ILearningRateSchedule>
{
    public ILearningRateSchedule Create(ModuleContext context) => new Schedule();

    private sealed class Schedule : ILearningRateSchedule
    {
        public double Factor(long step, long steps) => 0.5 * (1 + Math.Cos(Math.PI * Math.Min(step, steps) / Math.Max(1, steps)));
    }
}
