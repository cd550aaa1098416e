namespace Pole.Runner.Tests.Tracking;

/// <summary>Tracking from the command line.</summary>
public sealed class TrackCommandTests
{
    private string runs = "";

    [SetUp]
    public void CreateFolder() => runs = Directory.CreateTempSubdirectory("pole-track-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(runs, recursive: true);

    [Test]
    public void A_run_goes_on_without_its_server_and_is_pushed_later()
    {
        _ = SmokeRun.Folder;
        var run = Pole("http://127.0.0.1:9/", "run", SmokeRun.Name, "--quiet", "--store", SmokeRun.Store, "--runs", runs);
        var folder = Path.GetDirectoryName(Directory.GetFiles(runs, "result.json", SearchOption.AllDirectories).Single())!;
        Assert.That((run.ExitCode, run.Output), Is.EqualTo((0, "")));
        Assert.That(run.Error, Does.Match($"^warning: tracking: http://127.0.0.1:9/ cannot be reached for experiments/get-by-name: Connection refused.*; what was not sent is kept, send it with: pole track push {folder}$"));

        using var stub = new MlflowStub();
        var push = Pole(stub.Address, "track", "push", folder, "--runs", runs);

        Assert.That((push.ExitCode, push.Error), Is.EqualTo((0, "")));
        Assert.That(push.Output, Does.Match($"^{folder}: sent [0-9]+ parameters, [0-9]+ metric values, 3 artifacts, {stub.Address}#/experiments/1/runs/{stub.Runs.Single().Id}$"));
        Assert.That(stub.Runs[0].Metrics.Select(metric => metric.Key), Is.SupersetOf(new[] { "clip/loss", "clims/loss", "cam.val.miou" }));
        Assert.That((stub.Runs[0].Name, stub.Runs[0].Status), Is.EqualTo((SmokeRun.Name, "FINISHED")));
        Assert.That(Pole(stub.Address, "track", "push", "--runs", runs).Output, Is.EqualTo($"{folder}: nothing to send, {stub.Address}#/experiments/1/runs/{stub.Runs[0].Id}"));
        Assert.That(Pole(stub.Address, "track", "status", "--runs", runs).Output, Does.Match("shapes/smoke .* http://127.0.0.1:9/ +finished +nothing").And.Match($"{stub.Address} +finished +all"));
    }

    [Test]
    public void A_run_sends_itself_to_a_server_that_answers()
    {
        _ = SmokeRun.Folder;
        using var stub = new MlflowStub();
        var profile = Path.Combine(runs, "machine.yaml");
        File.WriteAllText(profile, $"tracking: {{ uri: \"{stub.Address}\", experiment: wsss }}\n");

        var run = PoleProcess.Run("pole", "run", SmokeRun.Name, "--quiet", "--machine", profile, "--store", SmokeRun.Store, "--runs", runs);

        Assert.That((run.ExitCode, run.Error), Is.EqualTo((0, "")));
        Assert.That((stub.Experiments.Single(), stub.Runs.Single().Status, stub.Runs[0].Artifacts.Count), Is.EqualTo(("wsss", "FINISHED", 3)));
    }

    [Test]
    public void A_push_without_a_server_is_one_error_with_the_way_out() =>
        Assert.That(PoleProcess.Run("pole", "track", "push", "--runs", runs).Error, Is.EqualTo("error: no MLflow server is named: set MLFLOW_TRACKING_URI, or give a machine profile with tracking: { uri: … } with --machine"));

    [Test]
    public void A_push_that_a_server_refuses_names_the_run_and_fails()
    {
        var folder = RecordedFolder.Begin(runs, "2026-01-02T03-04-05Z", 1);
        RecordedFolder.End(folder);

        var push = Pole("http://127.0.0.1:9/", "track", "push", folder, "--runs", runs);

        Assert.That((push.ExitCode, push.Output), Is.EqualTo((1, "")));
        Assert.That(push.Error, Does.StartWith($"error: {folder}: http://127.0.0.1:9/ cannot be reached"));
    }

    [Test]
    public void An_address_that_is_no_server_leaves_a_run_untracked_and_is_said_once()
    {
        _ = SmokeRun.Folder;
        var run = Pole("sqlite:///mlflow.db", "run", SmokeRun.Name, "--quiet", "--store", SmokeRun.Store, "--runs", runs);

        Assert.That((run.ExitCode, run.Error), Is.EqualTo((0, "warning: MLFLOW_TRACKING_URI is not the http or https address of an MLflow server: 'sqlite:///mlflow.db'. Name one such as https://mlflow.example.org, or unset it; this run is not tracked")));
        Assert.That(Directory.GetFiles(runs, "tracking.json", SearchOption.AllDirectories), Is.Empty);
    }

    private PoleProcess Pole(string server, params string[] arguments) => PoleProcess.RunIn(runs, "pole", arguments, [("MLFLOW_TRACKING_URI", server)]);
}
