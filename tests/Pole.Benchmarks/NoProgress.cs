using Pole.Pipeline.Artifacts;

namespace Pole.Benchmarks;

/// <summary>Watches nothing.</summary>
internal sealed class NoProgress : IRunProgress, IStageProgress
{
    public void Stage(string stage, Action<IStageProgress> work) => work(this);

    public void Waiting(string stage)
    {
    }

    public void Reused(string stage, string folder)
    {
    }

    public void Damaged(string stage, string folder, string fault)
    {
    }

    public void Expect(long total, string unit, long done = 0)
    {
    }

    public void Advance(long amount, string? note = null)
    {
    }
}
