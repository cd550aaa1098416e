using Pole.Pipeline.Artifacts;
using Pole.Runner.Tracking;

namespace Pole.Runner.Tests.Tracking;

/// <summary>A run waits for nothing of its tracking but for a moment at its end, by a clock that the test moves.</summary>
public sealed class LiveTrackingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private string folder = "";
    private ManualClock clock = null!;
    private TrackingFile file = null!;
    private string key = "";

    [SetUp]
    public void Begin()
    {
        folder = Directory.CreateTempSubdirectory("pole-live-").FullName;
        clock = new ManualClock();
        file = TrackingFile.Open(folder);
        var run = TrackedRun.Begin(TrackingTarget.Find(new TrackingSection { Uri = "http://stub" }, _ => null)!, RunDescription.Of(RecordedFolder.Record(), null, folder));
        file.Add(run);
        key = run.Key;
    }

    [TearDown]
    public void End() => Directory.Delete(folder, recursive: true);

    [Test]
    public void The_end_of_a_run_waits_no_longer_than_its_patience_for_a_server_that_never_answers()
    {
        var tracking = Track(async stop =>
        {
            await Task.Delay(Timeout.Infinite, stop);
            return Nothing;
        });

        var end = Task.Run(() => tracking.End(TrackedStatus.Finished));
        Await(() => clock.Waits.Count == 1);
        Assert.That((end.IsCompleted, clock.Waits.Single()), Is.EqualTo((false, LiveTracking.EndPatience)));
        clock.Advance(LiveTracking.EndPatience);

        Assert.That(end.Wait(Patience));
        Assert.That(end.Result.Failure, Is.EqualTo("http://stub/ did not take everything within 5 s"));
        Assert.That(TrackingFile.Open(folder).Runs.Single().Status, Is.EqualTo(TrackedStatus.Finished), "what is on disk is pushed later");
    }

    [Test]
    public void A_server_that_did_not_take_the_run_before_is_waited_for_less()
    {
        var tracking = Track(async stop =>
        {
            await Task.Delay(Timeout.Infinite, stop);
            return Nothing;
        }, isDoubtful: true);

        var end = Task.Run(() => tracking.End(TrackedStatus.Finished));
        Await(() => clock.Waits.Count == 1);
        Assert.That(clock.Waits.Single(), Is.EqualTo(LiveTracking.EndPatienceAfterFailure));
        clock.Advance(LiveTracking.EndPatienceAfterFailure);

        Assert.That(end.Wait(Patience));
    }

    [Test]
    public void A_push_that_cannot_even_be_cancelled_holds_nobody_up()
    {
        var tracking = Track(async _ =>
        {
            await new TaskCompletionSource().Task;
            return Nothing;
        });

        var end = Task.Run(() => tracking.End(TrackedStatus.Finished));
        foreach (var wait in new[] { LiveTracking.EndPatience, LiveTracking.EndPatienceAfterFailure })
        {
            Await(() => clock.Waits.Contains(wait));
            clock.Advance(wait);
        }

        Assert.That(end.Wait(Patience));
    }

    [Test]
    public void After_each_failure_the_next_push_waits_longer_and_at_the_end_there_is_one_more()
    {
        var attempts = 0;
        var tracking = Track(_ =>
        {
            attempts++;
            throw new TrackingException("http://stub cannot be reached");
        });
        var waits = new List<TimeSpan>();
        for (var failure = 0; failure < 7; failure++)
        {
            Await(() => clock.Waits.Count == 1);
            waits.Add(clock.Waits.Single());
            clock.Advance(waits[^1]);
        }

        Await(() => clock.Waits.Count == 1);
        var end = tracking.End(TrackedStatus.Failed);

        Assert.That(waits.Select(wait => wait.TotalSeconds), Is.EqualTo(new double[] { 20, 40, 80, 160, 300, 300, 300 }));
        Assert.That((attempts, end.Failure), Is.EqualTo((9, "http://stub cannot be reached")));
    }

    [Test]
    public void What_came_before_the_end_is_sent_at_the_end()
    {
        var (attempts, status) = (0, TrackedStatus.Running);
        var tracking = Track(_ =>
        {
            attempts++;
            status = file.Get(key).Status;
            return Task.FromResult(Nothing with { Omitted = ["artifacts: none"] });
        });
        Await(() => attempts == 1 && clock.Waits.Count == 1);

        var end = tracking.End(TrackedStatus.Finished);

        Assert.That((attempts, status, end.Failure), Is.EqualTo((2, TrackedStatus.Finished, (string?)null)));
        Assert.That(end.Omitted, Is.EqualTo(new[] { "artifacts: none" }), "said once");
    }

    [Test]
    public void A_fault_of_ours_ends_no_run()
    {
        var tracking = Track(_ => throw new NotSupportedException("a fault"));

        Assert.That(tracking.End(TrackedStatus.Finished).Failure, Does.Contain("NotSupportedException: a fault"));
    }

    [Test]
    public void A_run_of_the_same_fingerprint_may_be_tracked_when_one_ended()
    {
        var tracking = Track(_ => Task.FromResult(Nothing));
        Assert.That(StageLock.TryTake(Lock), Is.Null);

        tracking.End(TrackedStatus.Finished);

        using var free = StageLock.TryTake(Lock);
        Assert.That(free, Is.Not.Null);
    }

    private static SentParts Nothing => new(0, 0, 0, false, null, []);

    private string Lock => Path.Combine(folder, LiveTracking.LockFile);

    private LiveTracking Track(Func<CancellationToken, Task<SentParts>> send, bool isDoubtful = false) => new(StageLock.TryTake(Lock)!, file, key, "http://stub/", isDoubtful, send, () => { }, clock);

    private static void Await(Func<bool> condition) => Assert.That(SpinWait.SpinUntil(condition, Patience));
}
