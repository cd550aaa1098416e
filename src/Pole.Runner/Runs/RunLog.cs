using System.Diagnostics;
using System.Globalization;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Training;
using Pole.Runner.Progress;

namespace Pole.Runner.Runs;

/// <summary>
/// Writes what happens in a run into its folder, beside showing it: <c>log.txt</c> a line an event, <c>metrics.jsonl</c> a line a training step. Steps of
/// an earlier run, and those of stored stages, are written too, so that every run's measurements are whole.
/// </summary>
internal sealed class RunLog : IRunProgress, IDisposable
{
    private readonly IRunProgress shown;
    private readonly IReadOnlyList<IMeasurementSink> sinks;
    private readonly StreamWriter log;

    /// <param name="sinks">Receive every measurement.</param>
    public RunLog(string folder, IRunProgress shown, params IReadOnlyList<IMeasurementSink> sinks)
    {
        (this.shown, this.sinks) = (shown, sinks);
        log = new StreamWriter(new FileStream(Path.Combine(folder, RunFolder.LogFile), FileMode.Create, FileAccess.Write, FileShare.Read)) { AutoFlush = true };
    }

    public void Expect(int experiments) => shown.Expect(experiments);

    public void Begin(string experiment, IReadOnlyList<string> stages)
    {
        Write($"{experiment}: {string.Join(", ", stages)}");
        shown.Begin(experiment, stages);
    }

    public void Stage(string stage, Action<IStageProgress> work)
    {
        Write($"{stage}: begins");
        var elapsed = Stopwatch.StartNew();
        shown.Stage(stage, inner => work(new Logged(inner, this)));
        Write(string.Create(CultureInfo.InvariantCulture, $"{stage}: {elapsed.Elapsed.TotalSeconds:f1} s, {ProcessMemory.Gigabytes():f2} GB"));
    }

    public void Waiting(string stage)
    {
        Write($"{stage}: waits for another run's result");
        shown.Waiting(stage);
    }

    public void StartsAnew(string stage, string length)
    {
        Write($"{stage}: {length}: trained from the first step");
        shown.StartsAnew(stage, length);
    }

    public void Damaged(string stage, string folder, string fault)
    {
        Write($"{stage}: the stored result in {folder} is damaged, {fault}");
        shown.Damaged(stage, folder, fault);
    }

    public void Reused(string stage, string folder)
    {
        Write($"{stage}: stored in {folder}");
        foreach (var measurement in MeasurementFile.Read(Path.Combine(folder, MeasurementFile.Name))) Measure(measurement);
        shown.Reused(stage, folder);
    }

    public void Write(string line) => log.WriteLine($"{DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)} {line}");

    public void Dispose() => log.Dispose();

    private void Measure(Measurement measurement)
    {
        foreach (var sink in sinks) sink.Add(measurement);
    }

    private sealed class Logged(IStageProgress inner, RunLog log) : IStageProgress
    {
        public void Expect(long total, string unit, long done)
        {
            if (done > 0) log.Write($"resuming after {done} of {total} {unit}");
            inner.Expect(total, unit, done);
        }

        public void Advance(long amount, string? note) => inner.Advance(amount, note);

        public void CheckpointDamaged(string folder, string fault)
        {
            log.Write($"the checkpoint {folder} is damaged ({fault}) and is left out");
            inner.CheckpointDamaged(folder, fault);
        }

        public void Measure(Measurement measurement)
        {
            log.Measure(measurement);
            inner.Measure(measurement);
        }
    }
}
