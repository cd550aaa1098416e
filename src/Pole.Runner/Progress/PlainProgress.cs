using System.Diagnostics;
using System.Globalization;
using Pole.Pipeline.Artifacts;

namespace Pole.Runner.Progress;

/// <summary>A line every few seconds, and one when a stage ends.</summary>
internal sealed class PlainProgress(TextWriter output) : IRunProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly StageCount count = new();

    public void Expect(int experiments) => count.Expect(experiments);

    public void Begin(string experiment, IReadOnlyList<string> stages) =>
        output.WriteLine($"{count.Begin(experiment, stages)}: {stages.Count} stage{(stages.Count == 1 ? "" : "s")}");

    public void Stage(string stage, Action<IStageProgress> work)
    {
        var lines = new Lines(count.Of(stage), output);
        work(lines);
        lines.End();
    }

    public void Waiting(string stage) => output.WriteLine($"{count.Of(stage)}: another run is computing it, waiting for its result");

    public void StartsAnew(string stage, string length) => output.WriteLine($"{count.Of(stage)}: {length}: trained from the first step, because the learning rates follow the whole length; initial-weights begins with an earlier network instead");

    public void Damaged(string stage, string folder, string fault) => output.WriteLine($"{count.Of(stage)}: the stored result is damaged ({fault} in {folder}) and is made again");

    public void Reused(string stage, string folder) => output.WriteLine($"{count.Of(stage)}: stored");

    private sealed class Lines(string stage, TextWriter output) : IStageProgress
    {
        private readonly Lock writing = new();
        private readonly Stopwatch elapsed = Stopwatch.StartNew();
        private TimeSpan begun;
        private TimeSpan next = Interval;
        private long total;
        private long done;
        private long before;
        private string unit = "";
        private string? lastNote;

        public void Expect(long expected, string units, long earlier)
        {
            lock (writing) (total, unit, done, before, begun) = (expected, units, earlier, earlier, elapsed.Elapsed);
            if (earlier > 0) output.WriteLine($"{stage}: resuming after {earlier} of {expected} {units}");
        }

        public void Advance(long amount, string? note = null)
        {
            lock (writing)
            {
                done += amount;
                lastNote = note ?? lastNote;
                if (elapsed.Elapsed < next || done >= total) return;
                next = elapsed.Elapsed + Interval;
                var rate = (done - before) / (elapsed.Elapsed - begun).TotalSeconds;
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{stage}: {done}/{total} {unit}, {rate:f1}/s, {(total - done) / rate:f0} s left, {ProcessMemory.Gigabytes():f1} GB{Note}"));
            }
        }

        public void CheckpointDamaged(string folder, string fault) => output.WriteLine($"{stage}: the checkpoint is damaged ({fault} in {folder}) and is left out");

        public void End() => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{stage}: {(total > 0 ? $"{done} {unit} in " : "")}{elapsed.Elapsed.TotalSeconds:f1} s{Note}"));

        private string Note => lastNote is null ? "" : $", {lastNote}";
    }
}
