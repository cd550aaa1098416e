using System.Diagnostics;
using System.Text.Json;
using Pole.Pipeline.Artifacts;

namespace Pole.Runner.Progress;

/// <summary>An object a line: <c>experiment</c> with its stages, <c>begin</c>, <c>progress</c> every few seconds, <c>end</c>, <c>stored</c>, <c>damaged</c>, <c>checkpoint-damaged</c>, <c>waiting</c>, and <c>step</c> for each step of a training.</summary>
internal sealed class JsonProgress(TextWriter output) : IRunProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };

    public void Begin(string experiment, IReadOnlyList<string> stages) => Write(new { Event = "experiment", Experiment = experiment, Stages = stages });

    public void Stage(string stage, Action<IStageProgress> work)
    {
        var elapsed = Stopwatch.StartNew();
        Write(new { Event = "begin", Stage = stage });
        work(new Events(stage, this, elapsed));
        Write(new { Event = "end", Stage = stage, Seconds = elapsed.Elapsed.TotalSeconds });
    }

    public void Waiting(string stage) => Write(new { Event = "waiting", Stage = stage });

    public void StartsAnew(string stage, string length) => Write(new { Event = "starts-anew", Stage = stage, Length = length });

    public void Damaged(string stage, string folder, string fault) => Write(new { Event = "damaged", Stage = stage, Folder = folder, Fault = fault });

    public void Reused(string stage, string folder) => Write(new { Event = "stored", Stage = stage, Folder = folder });

    private void Write<T>(T line)
    {
        lock (output) output.WriteLine(JsonSerializer.Serialize(line, Format));
    }

    private sealed class Events(string stage, JsonProgress lines, Stopwatch elapsed) : IStageProgress
    {
        private readonly Lock counting = new();
        private TimeSpan next;
        private long total;
        private long done;
        private string unit = "";

        public void Expect(long expected, string units, long earlier)
        {
            lock (counting) (total, unit, done) = (expected, units, earlier);
        }

        public void Advance(long amount, string? note = null)
        {
            lock (counting)
            {
                done += amount;
                if (elapsed.Elapsed < next && done < total) return;
                next = elapsed.Elapsed + Interval;
                lines.Write(new { Event = "progress", Stage = stage, Done = done, Total = total, Unit = unit, Seconds = elapsed.Elapsed.TotalSeconds, Gigabytes = ProcessMemory.Gigabytes() });
            }
        }

        public void CheckpointDamaged(string folder, string fault) => lines.Write(new { Event = "checkpoint-damaged", Stage = stage, Folder = folder, Fault = fault });

        public void Measure(Measurement measurement) => lines.Write(new { Event = "step", measurement.Stage, measurement.Step, measurement.Epoch, measurement.Values });
    }
}
