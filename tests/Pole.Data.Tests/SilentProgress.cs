namespace Pole.Data.Tests;

internal sealed class SilentProgress : IStageProgress
{
    public void Expect(long total, string unit)
    {
    }

    public void Advance(long amount, string? note = null)
    {
    }
}
