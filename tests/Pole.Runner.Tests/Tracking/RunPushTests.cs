using System.Text;
using Pole.Pipeline.Training;
using Pole.Runner.Tracking;

namespace Pole.Runner.Tests.Tracking;

/// <summary>What the stub of MLflow's API has after pushes of run folders.</summary>
public sealed class RunPushTests
{
    /// <summary>A server that answers does so in this time on any machine; one that hangs is waited for that long.</summary>
    private static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(30);

    private MlflowStub stub = null!;
    private TimeSpan patience;
    private string runs = "";
    private string? sweep;

    [SetUp]
    public void Begin() => (stub, runs, sweep, patience) = (new MlflowStub(), Directory.CreateTempSubdirectory("pole-tracking-").FullName, null, LongPatience);

    [TearDown]
    public void End()
    {
        stub.Dispose();
        Directory.Delete(runs, recursive: true);
    }

    [Test]
    public async Task A_run_that_ended_is_sent_whole()
    {
        var folder = Ended("2026-01-02T03-04-05Z", steps: 900);

        var sent = await Push(folder);

        Assert.That(sent.ToString(), Is.EqualTo($"sent 250 parameters, {2 * 900 * 2 + 6} metric values, 3 artifacts"));
        AssertWhole(folder, stub.Runs.Single(), steps: 900);
        Assert.That(stub.Runs[0].Name, Is.EqualTo("shapes/stub"));
        Assert.That(stub.Runs[0].Tags, Is.SupersetOf(new Dictionary<string, string>
        {
            ["mlflow.runName"] = "shapes/stub", ["mlflow.source.name"] = "pole", ["mlflow.user"] = Environment.UserName, ["mlflow.source.git.commit"] = "c0ffee", ["pole.method"] = "POLE", ["pole.seed"] = "3", ["pole.cam-mode"] = "CAM, threshold 0.3",
        }));
    }

    [Test]
    public async Task A_second_push_sends_nothing()
    {
        var folder = Ended("2026-01-02T03-04-05Z", steps: 5);
        await Push(folder);
        var calls = stub.Calls.Count;

        Assert.That((await Push(folder)).ToString(), Is.EqualTo("nothing to send"));
        Assert.That(stub.Calls, Has.Count.EqualTo(calls));
    }

    [Test]
    public async Task A_run_that_goes_on_after_an_interruption_is_the_same_run()
    {
        var first = Tracked("2026-01-02T03-04-05Z", steps: 5);
        await Push(first);
        Change(run => run with { Status = TrackedStatus.Killed, Ended = DateTimeOffset.UnixEpoch });
        await Push(first);
        Assert.That((stub.Runs.Single().Status, stub.Runs[0].Metrics), Is.EqualTo(("KILLED", stub.Runs[0].Metrics)));

        // Its training measures the steps since its checkpoint again.
        var second = RecordedFolder.Begin(runs, "2026-01-02T04-00-00Z", 8);
        Change(run => run with { Status = TrackedStatus.Running, Ended = null });
        await Push(second);
        Assert.That(stub.Runs.Single().Status, Is.EqualTo("RUNNING"));
        RecordedFolder.End(second);
        await Push(second);

        AssertWhole(second, stub.Runs.Single(), steps: 8);
        Assert.That(stub.Runs[0].MetricsReceived, Is.EqualTo(stub.Runs[0].Metrics.Count), "no value came twice");
    }

    [Test]
    public async Task A_run_that_is_done_again_with_the_same_result_is_the_same_run()
    {
        await Push(Ended("2026-01-02T03-04-05Z", steps: 5));

        Assert.That((await Push(Ended("2026-01-02T04-00-00Z", steps: 5))).ToString(), Is.EqualTo("nothing to send"));
        Assert.That(stub.Runs, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Another_result_of_the_same_spec_is_another_run()
    {
        var (one, other) = (Ended("2026-01-02T03-04-05Z", steps: 5), Ended("2026-01-02T04-00-00Z", steps: 5, score: 0.7));
        foreach (var folder in new[] { one, other, one, other }) await Push(folder);

        Assert.That(stub.Runs.Select(run => run.Metrics.Single(metric => metric.Key == "cam.val.miou").Value), Is.EqualTo(new[] { 0.5, 0.7 }));
    }

    [Test]
    public async Task Points_of_a_sweep_are_nested_in_one_run_of_the_sweep()
    {
        sweep = "shapes/sweep";
        await Push(Ended("2026-01-02T03-04-05Z", steps: 1));
        var other = RecordedFolder.Begin(runs, "2026-01-02T03-04-05Z", 1, "shapes/other");
        RecordedFolder.End(other, experiment: "shapes/other");
        await Push(other);

        Assert.That(stub.Runs.Select(run => run.Name), Is.EqualTo(new[] { "shapes/sweep", "shapes/stub", "shapes/other" }));
        Assert.That(stub.Runs.Skip(1).Select(run => run.Tags["mlflow.parentRunId"]), Is.All.EqualTo(stub.Runs[0].Id));
        Assert.That(stub.Runs.Select(run => run.Status), Is.All.EqualTo("FINISHED"));
    }

    [Test]
    public async Task Another_server_has_the_run_too()
    {
        var folder = Ended("2026-01-02T03-04-05Z", steps: 3);
        await Push(folder);
        using var other = new MlflowStub();
        await Push(folder, other);

        AssertWhole(folder, other.Runs.Single(), steps: 3);
    }

    [Test]
    public async Task Artifacts_that_do_not_go_through_the_server_are_left_out_with_a_sentence()
    {
        stub.ArtifactUri = run => $"s3://bucket/{run}/artifacts";

        var sent = await Push(Ended("2026-01-02T03-04-05Z", steps: 1));

        Assert.That(sent.Omitted.Single(), Does.StartWith("artifacts: the server keeps them in s3://bucket/"));
        Assert.That((stub.Runs[0].Status, stub.Runs[0].Artifacts), Is.EqualTo(("FINISHED", new Dictionary<string, byte[]>())));
    }

    [Test]
    public async Task Values_that_are_no_finite_numbers_are_left_out_with_a_sentence()
    {
        var folder = Ended("2026-01-02T03-04-05Z", steps: 0);
        File.WriteAllText(Path.Combine(folder, MeasurementFile.Name), """{"stage":"clip","step":1,"epoch":1,"loss":1e999,"rate":0.5}""" + "\n");

        var sent = await Push(folder);

        Assert.That(sent.Omitted.Single(), Does.StartWith("clip/loss: values that are no finite numbers"));
        Assert.That(stub.Runs[0].Metrics.Where(metric => metric.Step == 1).Select(metric => metric.Key), Is.EqualTo(new[] { "clip/rate" }));
    }

    [Test]
    public async Task Long_values_and_odd_names_are_sent_in_the_form_that_MLflow_takes()
    {
        var folder = RecordedFolder.Begin(runs, "2026-01-02T03-04-05Z", 1);
        RecordedFolder.End(folder, spec: new Dictionary<string, string> { ["prompt.corpus.a:b"] = new('é', 20_000), ["stages[0].name"] = "", ["stages.0.name"] = "twice" });

        var sent = await Push(folder);

        Assert.That(stub.Runs[0].Parameters.Select(parameter => (parameter.Key, parameter.Value.Length)), Is.EquivalentTo(new[] { ("prompt.corpus.a_x003A_b", 6000), ("stages.0.name", 0) }));
        Assert.That(sent.Omitted, Is.EqualTo(new[] { "prompt.corpus.a:b: cut to the 6000 characters that MLflow takes; spec.yaml has all", "1 parameters whose names MLflow does not tell apart; spec.yaml has all" }));
    }

    [Test]
    public async Task Many_long_values_go_in_requests_that_MLflow_takes()
    {
        var folder = RecordedFolder.Begin(runs, "2026-01-02T03-04-05Z", 1);
        RecordedFolder.End(folder, spec: Enumerable.Range(0, 200).ToDictionary(number => $"corpus.{number}", _ => new string('\u0001', 6000)));

        await Push(folder);

        Assert.That(stub.Runs[0].Parameters, Has.Count.EqualTo(200));
    }

    [Test]
    public async Task A_run_that_nobody_tracked_and_that_did_not_end_is_not_sent()
    {
        var sent = await Push(RecordedFolder.Begin(runs, "2026-01-02T03-04-05Z", 1));

        Assert.That((sent.ToString(), stub.Calls), Is.EqualTo(("nothing to send", new List<string>())));
    }

    /// <summary>A metric whose answer was lost may arrive twice, in every column the same: that is one row of MLflow's data base. All else is there once.</summary>
    [Test]
    public async Task After_any_interruptions_a_push_leaves_exactly_the_run([Range(0, 59)] int seed)
    {
        var random = new Random(seed);
        StubFault[] faults = [StubFault.Refuse, StubFault.LoseAnswer, StubFault.BreakOff, StubFault.Hang, StubFault.Garbage, StubFault.Unauthorized, StubFault.TooManyRequests, StubFault.InternalError, StubFault.Unavailable];
        sweep = random.Next(2) == 0 ? "shapes/sweep" : null;
        var steps = random.Next(1, 700);
        var folder = Tracked("2026-01-02T03-04-05Z", random.Next(0, steps));
        patience = TimeSpan.FromSeconds(0.3);
        stub.Fault = (_, _) => random.Next(3) == 0 ? faults[random.Next(faults.Length)] : StubFault.None;
        for (var attempt = random.Next(1, 8); attempt > 0; attempt--)
        {
            if (random.Next(4) == 0) folder = RecordedFolder.Begin(runs, $"2026-01-02T05-00-0{attempt}Z", random.Next(0, steps));
            try
            {
                await Push(folder);
            }
            catch (TrackingException)
            {
                // Another attempt follows, of another process.
            }
        }

        (stub.Fault, patience) = ((_, _) => StubFault.None, LongPatience);
        folder = Ended("2026-01-02T06-00-00Z", steps);
        await Push(folder);

        var run = stub.Runs.Single(run => run.Name == "shapes/stub");
        AssertWhole(folder, run, steps);
        Assert.That(stub.Runs, Has.Count.EqualTo(sweep is null ? 1 : 2));
        Assert.That(stub.Runs.Select(each => each.Status), Is.All.EqualTo("FINISHED"));
        Assert.That(run.ArtifactsReceived.Distinct(), Is.EquivalentTo(run.Artifacts.Keys));
    }

    private static void AssertWhole(string folder, StubRun run, int steps)
    {
        Assert.That(run.Parameters, Is.EquivalentTo(RecordedFolder.Spec));
        Assert.That(run.Metrics.Where(metric => metric.Step > 0).Select(metric => (metric.Key, metric.Value, metric.Step)),
            Is.EquivalentTo(RecordedFolder.Measurements(steps).SelectMany(measurement => measurement.Values.Select(value => ($"{measurement.Stage}/{value.Key}", value.Value, measurement.Step)))));
        Assert.That(run.Metrics.Where(metric => metric.Step == 0).Select(metric => (metric.Key, metric.Value)),
            Is.EquivalentTo(new[] { ("cam.val.miou", 0.5), ("cam.val.boundary-f1", 0.25), ("cam.val.iou/background", 0.9), ("random-walk.train.miou", 0.6), ("random-walk.train.iou/background", 0.8), ("random-walk.train.iou/fish", 0.4) }));
        Assert.That(run.Artifacts.ToDictionary(artifact => artifact.Key, artifact => Encoding.UTF8.GetString(artifact.Value)), Is.EquivalentTo(new[] { "report.html", "result.json", "spec.yaml" }.ToDictionary(name => name, name => File.ReadAllText(Path.Combine(folder, name)))));
        Assert.That((run.Status, run.EndTime), Is.EqualTo(("FINISHED", RecordedFolder.Record().Ended.ToUnixTimeMilliseconds())));
    }

    private string Ended(string start, int steps, double score = 0.5)
    {
        var folder = RecordedFolder.Begin(runs, start, steps);
        RecordedFolder.End(folder, score);
        return folder;
    }

    /// <summary>A run that was tracked when it began, and goes on.</summary>
    private string Tracked(string start, int steps)
    {
        var folder = RecordedFolder.Begin(runs, start, steps);
        TrackingFile.Open(Path.GetDirectoryName(folder)!).Add(TrackedRun.Begin(Target(stub), RunDescription.Of(RecordedFolder.Record(), sweep, folder)));
        return folder;
    }

    private void Change(Func<TrackedRun, TrackedRun> change)
    {
        var file = TrackingFile.Open(Path.Combine(runs, "shapes", "stub", RecordedFolder.Fingerprint[..12]));
        file.Change(file.Runs.Single().Key, change);
    }

    /// <summary>As a new process does it.</summary>
    private async Task<SentParts> Push(string folder, MlflowStub? to = null)
    {
        var target = Target(to ?? stub);
        using var server = new MlflowServer(target, patience);
        return await new RunPush(folder, runs, target, TrackingFile.Open(RunFolders.NotesOf(folder)), server, _ => sweep).Send(default);
    }

    private static TrackingTarget Target(MlflowStub stub) => TrackingTarget.Find(null, name => name == TrackingTarget.UriVariable ? stub.Address : null)!;
}
