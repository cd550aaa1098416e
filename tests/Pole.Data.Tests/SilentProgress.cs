namespace Pole.Data.Tests;

internal sealed class SilentProgress : IStageProgress
{
    public void Expect(long total, string unit, long done)
    {
    }

    /// <summary>Called at every step.</summary>
    public Action OnAdvance { get; init; } = () => { };

    public void Advance(long amount, string? note = null) => OnAdvance();
}
