using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pole.Runner.Tests.Tracking;

/// <summary>
/// The part of MLflow's published REST API 2.0 that runs use, in this process, with its limits; on a plain socket, so that it can also hang, break off and answer nonsense. It is not an MLflow server.
/// </summary>
internal sealed partial class MlflowStub : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Lock state = new();
    private readonly Dictionary<string, string> experiments = [];

    public MlflowStub()
    {
        listener.Start();
        _ = Task.Run(Accept);
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/";

    /// <summary>Asked for each request, by its number from 0 and its call.</summary>
    public Func<int, string, StubFault> Fault { get; set; } = (_, _) => StubFault.None;

    /// <summary>Where runs keep their artifacts.</summary>
    public Func<string, string> ArtifactUri { get; set; } = run => $"mlflow-artifacts:/1/{run}/artifacts";

    /// <summary>Calls in the order in which they came: <c>POST runs/create</c>.</summary>
    public List<string> Calls { get; } = [];

    public List<string?> Authorizations { get; } = [];

    /// <summary>In the order of their creation.</summary>
    public List<StubRun> Runs { get; } = [];

    public IReadOnlyCollection<string> Experiments => experiments.Keys;

    /// <summary>An experiment that another client creates between two calls.</summary>
    public string? Racing { get; set; }

    public void Dispose()
    {
        stop.Cancel();
        listener.Dispose();
        stop.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                _ = Task.Run(() => Serve(client));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task Serve(TcpClient client)
    {
        using var owned = client;
        try
        {
            var stream = client.GetStream();
            var (method, path, authorization, body) = await Read(stream);
            var call = path.Split('?')[0].Replace("/api/2.0/mlflow/", "", StringComparison.Ordinal).TrimStart('/');
            StubFault fault;
            var (status, answer) = (200, "{}");
            lock (state)
            {
                fault = Fault(Calls.Count, call);
                Calls.Add($"{method} {call}");
                Authorizations.Add(authorization);
                if (fault is StubFault.None or StubFault.LoseAnswer or StubFault.BreakOff or StubFault.Hang) (status, answer) = Do(method, path, call, body);
            }

            if (fault is StubFault.Refuse or StubFault.LoseAnswer) return;
            if (fault is StubFault.Hang) await Task.Delay(Timeout.Infinite, stop.Token);
            if (fault is StubFault.Garbage) answer = "<html>Please log in</html>";
            if ((int)fault >= 400) (status, answer) = ((int)fault, fault is StubFault.NotFound or StubFault.Unauthorized ? "no" : """{"error_code":"TEMPORARILY_UNAVAILABLE","message":"later\nperhaps"}""");
            var bytes = Encoding.UTF8.GetBytes(answer);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} Stub\r\nContent-Type: application/json\r\nContent-Length: {bytes.Length}\r\nConnection: close\r\n\r\n"));
            await stream.WriteAsync(fault is StubFault.BreakOff ? bytes.AsMemory(0, bytes.Length / 2) : bytes);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
        {
            // The client went, or the test is over.
        }
    }

    private static async Task<(string Method, string Path, string? Authorization, byte[] Body)> Read(NetworkStream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!(head.Count >= 4 && head[^4] == '\r' && head[^3] == '\n' && head[^2] == '\r' && head[^1] == '\n'))
        {
            if (await stream.ReadAsync(one) == 0) throw new IOException("the client went");
            head.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n");
        string? Header(string name) => lines.FirstOrDefault(line => line.StartsWith($"{name}: ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..];
        var body = new byte[int.Parse(Header("Content-Length") ?? "0")];
        await stream.ReadExactlyAsync(body);
        var request = lines[0].Split(' ');
        return (request[0], request[1], Header("Authorization"), body);
    }

    private (int Status, string Answer) Do(string method, string path, string call, byte[] body)
    {
        if (method == "PUT") return Store(Uri.UnescapeDataString(path), body);
        var json = body.Length == 0 ? null : JsonNode.Parse(body);
        switch (call)
        {
            case "experiments/get-by-name":
                var name = Uri.UnescapeDataString(path.Split("experiment_name=")[1]);
                var found = experiments.GetValueOrDefault(name);
                if (Racing == name) experiments[name] = "1";
                return found is null ? Error(404, "RESOURCE_DOES_NOT_EXIST") : Answer($$$"""{"experiment":{"experiment_id":"{{{found}}}","name":"x","lifecycle_stage":"active"}}""");
            case "experiments/create":
                if (!experiments.TryAdd((string)json!["name"]!, "1")) return Error(400, "RESOURCE_ALREADY_EXISTS");
                return Answer("""{"experiment_id":"1"}""");
            case "runs/search":
                var filter = TagFilter().Match((string)json!["filter"]!);
                var matching = Runs.Where(run => run.Tags.GetValueOrDefault(filter.Groups[1].Value) == filter.Groups[2].Value).Select(Described);
                return Answer($$"""{"runs":[{{string.Join(',', matching)}}]}""");
            case "runs/create":
                return Create(json!);
            case "runs/log-batch":
                return Log(json!, body.Length);
            case "runs/update":
                var updated = Find(json!);
                if (updated is null) return Error(404, "RESOURCE_DOES_NOT_EXIST");
                updated.Status = (string)json!["status"]!;
                updated.EndTime = (long?)json["end_time"] ?? updated.EndTime;
                return Answer("{}");
            default:
                return Error(404, "ENDPOINT_NOT_FOUND");
        }
    }

    private (int Status, string Answer) Create(JsonNode json)
    {
        if ((string?)json["experiment_id"] != "1" || (long)json["start_time"]! <= 0) return Error(400, "INVALID_PARAMETER_VALUE");
        var run = new StubRun { Id = $"{Runs.Count + 1:d32}", Name = (string)json["run_name"]! };
        foreach (var tag in json["tags"]!.AsArray())
        {
            if (!IsName((string)tag!["key"]!)) return Error(400, "INVALID_PARAMETER_VALUE");
            run.Tags[(string)tag["key"]!] = (string)tag["value"]!;
        }

        Runs.Add(run);
        return Answer($$"""{"run":{{Described(run)}}}""");
    }

    private (int Status, string Answer) Log(JsonNode json, int length)
    {
        if (Find(json) is not { } run) return Error(404, "RESOURCE_DOES_NOT_EXIST");
        var (metrics, parameters, tags) = (json["metrics"]!.AsArray(), json["params"]!.AsArray(), json["tags"]!.AsArray());
        if (metrics.Count > 1000 || parameters.Count > 100 || tags.Count > 100 || metrics.Count + parameters.Count + tags.Count > 1000 || length > 1_000_000) return Error(400, "INVALID_PARAMETER_VALUE");
        if (metrics.Concat(parameters).Concat(tags).Any(entry => !IsName((string)entry!["key"]!))) return Error(400, "INVALID_PARAMETER_VALUE");
        foreach (var entry in parameters)
        {
            var (key, value) = ((string)entry!["key"]!, (string)entry["value"]!);
            if (value.Length > 6000 || run.Parameters.TryGetValue(key, out var before) && before != value) return Error(400, "INVALID_PARAMETER_VALUE");
            run.Parameters[key] = value;
        }

        foreach (var entry in metrics)
        {
            run.Metrics.Add(((string)entry!["key"]!, (double)entry["value"]!, (long)entry["timestamp"]!, (long)entry["step"]!));
            run.MetricsReceived++;
        }

        foreach (var tag in tags) run.Tags[(string)tag!["key"]!] = (string)tag["value"]!;
        return Answer("{}");
    }

    private (int Status, string Answer) Store(string path, byte[] body)
    {
        var match = ArtifactPath().Match(path);
        if (!match.Success || Runs.FirstOrDefault(run => run.Id == match.Groups[1].Value) is not { } run) return Error(404, "RESOURCE_DOES_NOT_EXIST");
        run.Artifacts[match.Groups[2].Value] = body;
        run.ArtifactsReceived.Add(match.Groups[2].Value);
        return Answer("{}");
    }

    private StubRun? Find(JsonNode json) => Runs.FirstOrDefault(run => run.Id == (string?)json["run_id"]);

    private string Described(StubRun run) => $$$"""{"info":{"run_id":"{{{run.Id}}}","experiment_id":"1","artifact_uri":"{{{ArtifactUri(run.Id)}}}"},"data":{}}""";

    private static (int, string) Answer(string json) => (200, json);

    private static (int, string) Error(int status, string code) => (status, $$"""{"error_code":"{{code}}","message":"the stub says so"}""");

    /// <summary>As utils/validation.py of MLflow: allowed characters, at most 250, and a path in its normal form.</summary>
    private static bool IsName(string name) => AllowedName().IsMatch(name) && name.Length <= 250 && !name.Split('/').Any(part => part is "" or "." or "..");

    [GeneratedRegex(@"^[/\w.\- ]+$")]
    private static partial Regex AllowedName();

    [GeneratedRegex("^tags\\.`(.+)` = '(.+)'$")]
    private static partial Regex TagFilter();

    [GeneratedRegex("^/api/2.0/mlflow-artifacts/artifacts/1/([0-9]+)/artifacts/(.+)$")]
    private static partial Regex ArtifactPath();
}
