using System.Diagnostics;
using System.Globalization;
using Pole.Pipeline.Artifacts;

namespace Pole.Pipeline.Tests;

/// <summary>Measures time and peak memory of each stage, as Linux counts them.</summary>
internal sealed class StageCosts : IRunProgress, IStageProgress
{
    private const string ResetPeak = "5";

    public List<string> Measured { get; } = [];

    public void Stage(string stage, Action<IStageProgress> work)
    {
        File.WriteAllText("/proc/self/clear_refs", ResetPeak);
        var (before, elapsed) = (Environment.WorkingSet, Stopwatch.StartNew());
        work(this);
        var peak = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmHWM", StringComparison.Ordinal)).Split(':')[1].Trim();
        Measured.Add(string.Create(CultureInfo.InvariantCulture, $"{stage}: {elapsed.Elapsed.TotalSeconds:f1} s, peak {peak}, {before / 1024} kB before"));
    }

    public void Waiting(string stage)
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
