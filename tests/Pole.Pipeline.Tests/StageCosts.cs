using System.Diagnostics;
using System.Globalization;
using Pole.Pipeline.Artifacts;

namespace Pole.Pipeline.Tests;

/// <summary>Measures time and peak memory of each stage, as Linux counts them.</summary>
internal sealed class StageCosts : IRunProgress, IStageProgress
{
    private const string ResetPeak = "5";

    public List<StageCost> Measured { get; } = [];

    public void Stage(string stage, Action<IStageProgress> work)
    {
        File.WriteAllText("/proc/self/clear_refs", ResetPeak);
        var (before, elapsed) = (Environment.WorkingSet, Stopwatch.StartNew());
        work(this);
        var peak = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmHWM", StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1];
        Measured.Add(new StageCost(stage, elapsed.Elapsed, before, 1024 * long.Parse(peak, CultureInfo.InvariantCulture)));
    }

    public void Waiting(string stage)
    {
    }

    public void Damaged(string stage, string folder, string fault)
    {
    }

    public void Reused(string stage, string folder)
    {
    }

    public void Expect(long total, string unit, long done)
    {
    }

    public void Advance(long amount, string? note = null)
    {
    }
}

/// <param name="Before">Bytes in memory when the stage began, what earlier stages left to the process among them.</param>
/// <param name="Peak">The most bytes in memory during the stage.</param>
internal sealed record StageCost(string Stage, TimeSpan Elapsed, long Before, long Peak);
