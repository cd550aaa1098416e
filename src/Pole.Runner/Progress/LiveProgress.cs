using System.Diagnostics;
using Pole.Pipeline.Artifacts;
using Pole.Runner.Formats;
using Spectre.Console;

namespace Pole.Runner.Progress;

/// <summary>One bar per stage, or per part of it that counts something else, redrawn by the thread that works: see <see cref="ReadAhead"/> for why no other thread may.</summary>
internal sealed class LiveProgress(ProgressContext context) : IRunProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly StageCount count = new();

    public void Expect(int experiments) => count.Expect(experiments);

    public void Begin(string experiment, IReadOnlyList<string> stages) => Line($"[bold]{TerminalText.Cell(count.Begin(experiment, stages))}[/]");

    public void Stage(string stage, Action<IStageProgress> work)
    {
        var bar = new Bar(TerminalText.Cell(count.Of(stage)), context);
        work(bar);
        bar.End();
    }

    public void Waiting(string stage) => Line($"{TerminalText.Cell(count.Of(stage))} [grey](another run is computing it)[/]");

    public void StartsAnew(string stage, string length) => Line($"{TerminalText.Cell(count.Of(stage))} [grey]({TerminalText.Cell(length)}: trained from the first step)[/]");

    public void Damaged(string stage, string folder, string fault) => Line($"{TerminalText.Cell(count.Of(stage))} [grey](the stored result is damaged, {TerminalText.Cell(fault)}: made again)[/]");

    public void Reused(string stage, string folder) => Line($"{TerminalText.Cell(count.Of(stage))} [grey](stored)[/]");

    private void Line(string text) => Line(context, text);

    private static void Line(ProgressContext context, string text)
    {
        var task = context.AddTask(text);
        task.Value = task.MaxValue;
        task.StopTask();
        context.Refresh();
    }

    private sealed class Bar : IStageProgress
    {
        private readonly Lock drawing = new();
        private readonly Stopwatch sinceDrawn = Stopwatch.StartNew();
        private readonly string stage;
        private readonly ProgressContext context;
        private ProgressTask task;

        public Bar(string stage, ProgressContext context)
        {
            (this.stage, this.context) = (stage, context);
            task = context.AddTask(stage);
            task.IsIndeterminate = true;
        }

        public void Expect(long total, string unit, long done)
        {
            lock (drawing)
            {
                if (!task.IsIndeterminate)
                {
                    End();
                    task = context.AddTask($"{stage} {unit}");
                }

                task.MaxValue = total;
                task.IsIndeterminate = false;
                task.Increment(done);
            }
        }

        public void CheckpointDamaged(string folder, string fault) => Line(context, $"{stage} [grey](a checkpoint is damaged, {TerminalText.Cell(fault)}: left out)[/]");

        public void Advance(long amount, string? note = null)
        {
            lock (drawing)
            {
                task.Increment(amount);
                if (note is not null) task.Description = $"{stage} [grey]{TerminalText.Cell(note)}[/]";
                if (sinceDrawn.Elapsed < Interval) return;
                context.Refresh();
                sinceDrawn.Restart();
            }
        }

        public void End()
        {
            task.IsIndeterminate = false;
            task.Value = task.MaxValue;
            task.StopTask();
            context.Refresh();
        }
    }
}
