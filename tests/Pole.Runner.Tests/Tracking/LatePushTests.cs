using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Training;
using Pole.Runner.Tracking;

namespace Pole.Runner.Tests.Tracking;

public sealed class LatePushTests
{
    private MlflowStub stub = null!;
    private string runs = "";

    [SetUp]
    public void Begin() => (stub, runs) = (new MlflowStub(), Directory.CreateTempSubdirectory("pole-late-").FullName);

    [TearDown]
    public void End()
    {
        stub.Dispose();
        Directory.Delete(runs, recursive: true);
    }

    [Test]
    public async Task A_run_whose_process_was_killed_is_sent_as_killed_at_its_last_measurement()
    {
        var folder = Tracked();
        var last = new DateTime(2026, 1, 2, 3, 30, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Path.Combine(folder, MeasurementFile.Name), last);

        await Push(folder);

        Assert.That((stub.Runs.Single().Status, stub.Runs[0].EndTime), Is.EqualTo(("KILLED", (long?)new DateTimeOffset(last).ToUnixTimeMilliseconds())));
    }

    [Test]
    public async Task A_run_that_goes_on_is_left_to_its_process()
    {
        var folder = Tracked();
        using var held = StageLock.TryTake(Path.Combine(Path.GetDirectoryName(folder)!, LiveTracking.LockFile));

        Assert.That((await Push(folder), stub.Calls), Is.EqualTo(((SentParts?)null, new List<string>())));
    }

    [Test]
    public void A_run_that_did_not_end_and_was_not_tracked_is_one_error_with_the_way_out()
    {
        var folder = RecordedFolder.Begin(runs, "2026-01-02T03-04-05Z", 1);

        Assert.That(() => Push(folder), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo($"{folder} did not end and was not tracked when it began: run the experiment again, it goes on from its checkpoint"));
    }

    [Test]
    public async Task A_run_that_was_copied_elsewhere_has_its_notes_in_itself()
    {
        var folder = Directory.CreateDirectory(Path.Combine(runs, "copied")).FullName;
        RecordedFolder.End(folder);

        await Push(folder);

        Assert.That((File.Exists(Path.Combine(folder, TrackingFile.FileName)), File.Exists(Path.Combine(runs, TrackingFile.FileName))), Is.EqualTo((true, false)));
    }

    [Test]
    public void Notes_that_are_damaged_are_one_error_with_the_way_out()
    {
        var folder = Tracked();
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(folder)!, TrackingFile.FileName), "[null]");

        Assert.That(() => Push(folder), Throws.InstanceOf<ExperimentException>().With.Message.Contains("tracking.json").And.Message.Contains("then pole track push sends it anew"));
    }

    [Test]
    public void Every_fingerprint_is_pushed_once_by_the_last_run_that_ended()
    {
        var ended = Tracked();
        RecordedFolder.End(ended);
        RecordedFolder.Begin(runs, "2026-01-02T09-00-00Z", 1);
        RecordedFolder.Begin(runs, "2026-01-02T09-00-00Z", 1, "shapes/untracked");

        Assert.That(RunFolders.Tracked(runs), Is.EqualTo(new[] { (Path.GetDirectoryName(ended)!, ended) }));
    }

    private string Tracked()
    {
        var folder = RecordedFolder.Begin(runs, "2026-01-02T03-04-05Z", 3);
        TrackingFile.Open(Path.GetDirectoryName(folder)!).Add(TrackedRun.Begin(Target, RunDescription.Of(RecordedFolder.Record(), null, folder)));
        return folder;
    }

    private async Task<SentParts?> Push(string folder)
    {
        using var server = new MlflowServer(Target, TimeSpan.FromSeconds(5));
        return await new LatePush(runs, Target, server, new ExperimentSet([])).Send(folder, default);
    }

    private TrackingTarget Target => TrackingTarget.Find(null, name => name == TrackingTarget.UriVariable ? stub.Address : null)!;
}
