namespace Pole.Zoo.Schedules;

/// <summary>Rates stay as they are.</summary>
[PoleModule("constant")]
public sealed record ConstantOptions : IModuleOptions<ILearningRateSchedule>
{
    public ILearningRateSchedule Create(ModuleContext context) => new Schedule();

    private sealed class Schedule : ILearningRateSchedule
    {
        public double Factor(long step, long steps) => 1;
    }
}
