using System.Net;
using System.Net.Sockets;
using Pole.Runner.Tracking;

namespace Pole.Runner.Tests.Tracking;

/// <summary>The REST API against a stub of what MLflow publishes; no MLflow server could be had.</summary>
public sealed class MlflowServerTests
{
    /// <summary>Seconds in which a server that answers does so on any machine.</summary>
    private const double LongPatience = 30;

    private MlflowStub stub = null!;

    [SetUp]
    public void StartStub() => stub = new MlflowStub();

    [TearDown]
    public void StopStub() => stub.Dispose();

    [Test]
    public async Task A_run_is_created_filled_and_ended_in_the_order_of_the_API()
    {
        using var server = Server();
        var experiment = await server.ExperimentId("wsss é", default);
        var run = await server.CreateRun(experiment, "shapes/pole", "me", 1000, [new("mlflow.user", "me")], default);
        await server.LogBatch(run.Id, [new("clip/loss", 1e-300, 1000, 7)], [new("seed", "3")], [], default);
        await server.Update(run.Id, TrackedStatus.Finished, 2000, default);

        Assert.That(stub.Calls, Is.EqualTo(new[] { "GET experiments/get-by-name", "POST experiments/create", "POST runs/create", "POST runs/log-batch", "POST runs/update" }));
        Assert.That(stub.Experiments, Is.EqualTo(new[] { "wsss é" }));
        Assert.That((stub.Runs[0].Name, stub.Runs[0].Status, stub.Runs[0].EndTime, stub.Runs[0].Parameters["seed"]), Is.EqualTo(("shapes/pole", "FINISHED", (long?)2000, "3")));
        Assert.That(stub.Runs[0].Metrics.Single(), Is.EqualTo(("clip/loss", 1e-300, 1000L, 7L)));
    }

    [Test]
    public async Task An_experiment_that_another_run_creates_at_the_same_time_is_taken()
    {
        stub.Racing = "wsss";
        using var server = Server();

        Assert.That(await server.ExperimentId("wsss", default), Is.EqualTo("1"));
    }

    [TestCase(StubFault.Unauthorized, "refused runs/search with 401: set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, to an account that may write there")]
    [TestCase(StubFault.Forbidden, "refused runs/search with 403: set MLFLOW_TRACKING_USERNAME")]
    [TestCase(StubFault.NotFound, "refused runs/search with 404: there is no MLflow API at this address")]
    [TestCase(StubFault.TooManyRequests, "refused runs/search with 429 (TEMPORARILY_UNAVAILABLE: later perhaps)")]
    [TestCase(StubFault.InternalError, "refused runs/search with 500 (TEMPORARILY_UNAVAILABLE: later perhaps)")]
    [TestCase(StubFault.Unavailable, "refused runs/search with 503 (TEMPORARILY_UNAVAILABLE: later perhaps)")]
    [TestCase(StubFault.Garbage, "answered runs/search with something else than MLflow's JSON: is it the tracking server?")]
    [TestCase(StubFault.Hang, "did not answer runs/search within 0.3 s")]
    [TestCase(StubFault.BreakOff, "cannot be reached for runs/search: ")]
    [TestCase(StubFault.Refuse, "cannot be reached for runs/search: ")]
    public void What_a_server_does_instead_of_answering_is_one_line(StubFault fault, string message)
    {
        stub.Fault = (_, _) => fault;
        using var server = Server(fault is StubFault.Hang ? 0.3 : LongPatience);

        Assert.That(() => server.FindRun("1", "pole.key", "k", default), Throws.InstanceOf<TrackingException>().With.Message.StartsWith($"{stub.Address} {message}").And.Message.Not.Contains("\n"));
    }

    [Test]
    public void A_server_that_is_not_there_is_one_line()
    {
        var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
        free.Stop();
        using var server = new MlflowServer(Target(address), TimeSpan.FromSeconds(5));

        Assert.That(() => server.ExperimentId("wsss", default), Throws.InstanceOf<TrackingException>().With.Message.StartsWith($"{address} cannot be reached for experiments/get-by-name: Connection refused"));
    }

    [Test]
    public async Task Credentials_are_a_header_and_in_no_message()
    {
        stub.Fault = (_, _) => StubFault.Forbidden;
        using var server = new MlflowServer(Target(stub.Address.Replace("http://", "http://me:s%40cret@", StringComparison.Ordinal)), TimeSpan.FromSeconds(5));
        var message = "";
        try
        {
            await server.ExperimentId("wsss", default);
        }
        catch (TrackingException exception)
        {
            message = exception.ToString();
        }

        Assert.That(stub.Authorizations, Is.EqualTo(new[] { $"Basic {Convert.ToBase64String("me:s@cret"u8)}" }));
        Assert.That(message, Does.Contain("403").And.Not.Contain("cret"));
    }

    [TestCase("mlflow-artifacts:/1/a/artifacts", true)]
    [TestCase("s3://bucket/1/a/artifacts", false)]
    [TestCase("file:///mlruns/1/a/artifacts", false)]
    [TestCase("/mlruns/1/a/artifacts", false)]
    [TestCase("mlflow-artifacts://elsewhere.example.org/1/a/artifacts", false)]
    [TestCase("https://elsewhere.example.org/1/a/artifacts", false)]
    [TestCase(null, false)]
    public void Artifacts_are_sent_through_the_server_alone(string? uri, bool taken)
    {
        using var server = Server();

        Assert.That(server.TakesArtifacts(uri), Is.EqualTo(taken));
    }

    [Test]
    public void A_server_that_redirects_is_refused_with_its_status()
    {
        using var redirecting = new TcpListener(IPAddress.Loopback, 0);
        redirecting.Start();
        _ = Task.Run(async () =>
        {
            using var client = await redirecting.AcceptTcpClientAsync();
            await client.GetStream().ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false);
            await client.GetStream().WriteAsync("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
        });
        using var server = new MlflowServer(Target($"http://127.0.0.1:{((IPEndPoint)redirecting.LocalEndpoint).Port}"), TimeSpan.FromSeconds(5));

        Assert.That(() => server.ExperimentId("wsss", default), Throws.InstanceOf<TrackingException>().With.Message.EndsWith("refused experiments/get-by-name with 302"));
    }

    private MlflowServer Server(double patience = LongPatience) => new(Target(stub.Address), TimeSpan.FromSeconds(patience));

    private static TrackingTarget Target(string address) => TrackingTarget.Find(null, name => name == TrackingTarget.UriVariable ? address : null)!;
}
