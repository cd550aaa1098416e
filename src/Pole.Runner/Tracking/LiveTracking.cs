using Pole.Pipeline.Artifacts;

namespace Pole.Runner.Tracking;

/// <summary>
/// Pushes a run while it goes on. The training writes its files as it does without tracking and knows nothing of this: a task of its own reads them and sends what is new. Only the end of the run
/// waits for it, and not longer than <see cref="EndPatience"/>.
/// </summary>
internal sealed class LiveTracking
{
    public const string LockFile = "tracking.lock";

    /// <summary>Of the end of a run; with a server that did not take the last push, the shorter one.</summary>
    public static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5), EndPatienceAfterFailure = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly StageLock held;
    private readonly TrackingFile file;
    private readonly Func<CancellationToken, Task<SentParts>> send;
    private readonly Action release;
    private readonly TimeProvider clock;
    private readonly string? key;
    private readonly string server;
    private readonly bool isDoubtful;
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource ending = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task loop;
    private readonly List<string> omitted = [];
    private volatile string? failure;

    /// <param name="held">Let go at the end.</param>
    /// <param name="key">Of the run in the file; null where an earlier run gave a result already, and only the end tells whether this one gives the same.</param>
    /// <param name="server">Its address.</param>
    /// <param name="isDoubtful">Whether the server did not take all of a run before.</param>
    /// <param name="send">One push.</param>
    /// <param name="release">Called once nothing is sent any more.</param>
    public LiveTracking(StageLock held, TrackingFile file, string? key, string server, bool isDoubtful, Func<CancellationToken, Task<SentParts>> send, Action release, TimeProvider clock)
    {
        (this.held, this.file, this.key, this.server, this.isDoubtful, this.send, this.release, this.clock) = (held, file, key, server, isDoubtful, send, release, clock);
        loop = Task.Run(Loop);
    }

    /// <param name="folder">Of the run that begins.</param>
    /// <param name="isDoubtful">Whether the server did not take all of a run before.</param>
    /// <returns>Null where another process tracks a run of the same fingerprint: its result is the same.</returns>
    /// <exception cref="ExperimentException">What was tracked before is damaged.</exception>
    public static LiveTracking? Begin(TrackingTarget target, Experiment experiment, string folder, string runs, ExperimentSet experiments, bool isDoubtful)
    {
        var parent = Path.GetDirectoryName(folder)!;
        if (StageLock.TryTake(Path.Combine(parent, LockFile)) is not { } held) return null;
        try
        {
            var file = TrackingFile.Open(parent);
            var known = file.Runs.Where(run => run.IsOf(target)).ToList();
            if (known.Count == 0) file.Add(TrackedRun.Begin(target, RunDescription.Of(experiment, experiments.SweepOf(experiment.Name), folder)));
            var open = file.Runs.LastOrDefault(run => run.IsOf(target) && run.Result is null);
            if (open is not null) file.Change(open.Key, run => run with { Status = TrackedStatus.Running, Ended = null });
            var server = new MlflowServer(target, RequestTimeout);
            return new LiveTracking(held, file, open?.Key, target.Server.AbsoluteUri, isDoubtful, new RunPush(folder, runs, target, file, server, experiments.SweepOf).Send, server.Dispose, TimeProvider.System);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Says that the run ended, and gives what is left a moment to be sent.</summary>
    /// <returns>What the server does not take, and why it does not have the rest; null where it has all.</returns>
    public (IReadOnlyList<string> Omitted, string? Failure) End(TrackedStatus status)
    {
        if (key is not null) file.Change(key, run => run with { Status = status, Ended = DateTimeOffset.UtcNow });
        var patience = failure is not null || isDoubtful ? EndPatienceAfterFailure : EndPatience;
        ending.TrySetResult();
        var isSent = Wait(patience);
        if (!isSent)
        {
            stop.Cancel();
            Wait(EndPatienceAfterFailure);
        }

        held.Dispose();
        lock (omitted) return ([.. omitted.Distinct()], failure ?? (isSent ? null : FormattableString.Invariant($"{server} did not take everything within {patience.TotalSeconds} s")));
    }

    private bool Wait(TimeSpan patience) => Task.WhenAny(loop, Task.Delay(patience, clock)).GetAwaiter().GetResult() == loop;

    private async Task Loop()
    {
        for (var failures = 0; ;)
        {
            var isLast = ending.Task.IsCompleted;
            try
            {
                var sent = await send(stop.Token).ConfigureAwait(false);
                lock (omitted) omitted.AddRange(sent.Omitted);
                (failures, failure) = (0, null);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                isLast = true;
            }
            catch (Exception exception)
            {
                // Whatever it is, it is not the run's, which goes on; its end says what it was.
                (failures, failure) = (failures + 1, exception is TrackingException or ExperimentException or IOException or UnauthorizedAccessException ? exception.Message : exception.ToString());
            }

            if (isLast) break;
            await Task.WhenAny(ending.Task, Task.Delay(RetryDelay.After(failures), clock)).ConfigureAwait(false);
        }

        release();
    }
}
