using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Pole.Runner.Tracking;

/// <summary>A run on the server.</summary>
internal sealed record MlflowRun(string Id, string ExperimentId, string? ArtifactUri);

/// <summary>The REST API of an MLflow server, version 2.0; every failure is a <see cref="TrackingException"/>.</summary>
/// <param name="timeout">Of one request.</param>
internal sealed class MlflowServer(TrackingTarget target, TimeSpan timeout) : IDisposable
{
    private const string Api = "api/2.0/mlflow/", ArtifactApi = "api/2.0/mlflow-artifacts/artifacts/";
    private const int MostAnswerBytes = 4 << 20, MostReasonCharacters = 300;

    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // A redirected POST would become a GET.
    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = timeout }) { Timeout = timeout, MaxResponseContentBufferSize = MostAnswerBytes };

    /// <summary>The ID of an experiment, created where there is none.</summary>
    public async Task<string> ExperimentId(string name, CancellationToken stop) => await FindExperiment(name, stop).ConfigureAwait(false) ?? await CreateExperiment(name, stop).ConfigureAwait(false);

    /// <returns>Null where no run of the experiment has the tag.</returns>
    public async Task<MlflowRun?> FindRun(string experimentId, string tag, string value, CancellationToken stop)
    {
        var (_, answer) = await Post("runs/search", new { ExperimentIds = new[] { experimentId }, Filter = $"tags.`{tag}` = '{value}'", MaxResults = 1 }, stop).ConfigureAwait(false);
        return Read("runs/search", () => answer["runs"] is JsonArray { Count: > 0 } runs ? RunOf(runs[0]!) : null);
    }

    public async Task<MlflowRun> CreateRun(string experimentId, string name, string user, long start, IReadOnlyList<MlflowEntry> tags, CancellationToken stop)
    {
        var (_, answer) = await Post("runs/create", new { ExperimentId = experimentId, RunName = name, UserId = user, StartTime = start, Tags = tags }, stop).ConfigureAwait(false);
        return Read("runs/create", () => RunOf(answer["run"]!));
    }

    public Task LogBatch(string runId, IReadOnlyList<MlflowMetric> metrics, IReadOnlyList<MlflowEntry> parameters, IReadOnlyList<MlflowEntry> tags, CancellationToken stop) =>
        Post("runs/log-batch", new { RunId = runId, Metrics = metrics, Params = parameters, Tags = tags }, stop);

    /// <param name="end">Unix time in milliseconds; null while the run goes on.</param>
    public Task Update(string runId, TrackedStatus status, long? end, CancellationToken stop) =>
        Post("runs/update", new { RunId = runId, Status = status.ToString().ToUpperInvariant(), EndTime = end }, stop);

    /// <summary>Whether the server itself takes the artifacts of a run; otherwise they go straight to a store that the client has to have access to.</summary>
    public bool TakesArtifacts(string? artifactUri) => ArtifactAddress(artifactUri, "") is not null;

    public async Task PutArtifact(string? artifactUri, string name, string file, CancellationToken stop)
    {
        var address = ArtifactAddress(artifactUri, name) ?? throw new TrackingException($"{target.Server} does not take artifacts at {artifactUri}");
        // Read before sending: a report is a few megabytes, and a fault of the file is not one of the server.
        var content = await File.ReadAllBytesAsync(file, stop).ConfigureAwait(false);
        await Send($"the artifact {name}", () => new HttpRequestMessage(HttpMethod.Put, address) { Content = new ByteArrayContent(content) }, [], stop).ConfigureAwait(false);
    }

    public string PageOf(MlflowRun run) => $"{target.Server}#/experiments/{run.ExperimentId}/runs/{run.Id}";

    public void Dispose() => client.Dispose();

    private async Task<string?> FindExperiment(string name, CancellationToken stop)
    {
        const string Call = "experiments/get-by-name";
        var (error, answer) = await Send(Call, () => new HttpRequestMessage(HttpMethod.Get, new Uri(target.Server, $"{Api}{Call}?experiment_name={Uri.EscapeDataString(name)}")), ["RESOURCE_DOES_NOT_EXIST"], stop).ConfigureAwait(false);
        if (error is not null) return null;
        return Read(Call, () => (string?)answer["experiment"]!["lifecycle_stage"] == "deleted"
            ? throw new TrackingException($"the experiment '{name}' was deleted on {target.Server}: restore it, or name another one")
            : (string)answer["experiment"]!["experiment_id"]!);
    }

    private async Task<string> CreateExperiment(string name, CancellationToken stop)
    {
        const string Call = "experiments/create";
        var (error, answer) = await Post(Call, new { Name = name }, stop, "RESOURCE_ALREADY_EXISTS").ConfigureAwait(false);
        if (error is null) return Read(Call, () => (string)answer["experiment_id"]!);
        // Another run created it between the two calls.
        return await FindExperiment(name, stop).ConfigureAwait(false) ?? throw new TrackingException($"{target.Server} has no experiment '{name}' and does not create it");
    }

    private Task<(string? Error, JsonNode Answer)> Post(string call, object body, CancellationToken stop, params string[] expected) =>
        Send(call, () => new HttpRequestMessage(HttpMethod.Post, new Uri(target.Server, Api + call)) { Content = new StringContent(JsonSerializer.Serialize(body, Format), Encoding.UTF8, "application/json") }, expected, stop);

    /// <param name="expected">Error codes that are an answer.</param>
    private async Task<(string? Error, JsonNode Answer)> Send(string call, Func<HttpRequestMessage> create, IReadOnlyList<string> expected, CancellationToken stop)
    {
        using var request = create();
        request.Headers.Authorization = target.Authorization;
        HttpStatusCode status;
        string text;
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseContentRead, stop).ConfigureAwait(false);
            status = response.StatusCode;
            text = await response.Content.ReadAsStringAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!stop.IsCancellationRequested)
        {
            throw new TrackingException($"{target.Server} did not answer {call} within {timeout.TotalSeconds:0.#} s", exception) { IsUnreachable = true };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidOperationException)
        {
            throw new TrackingException($"{target.Server} cannot be reached for {call}: {OneLine(exception.GetBaseException().Message)}", exception) { IsUnreachable = true };
        }

        var answer = Parse(text);
        if ((int)status is >= 200 and < 300) return (null, answer ?? throw Garbage(call));
        var code = answer?["error_code"] is JsonValue value && value.TryGetValue<string>(out var given) ? given : null;
        if (code is not null && expected.Contains(code)) return (code, answer!);
        throw new TrackingException($"{target.Server} refused {call} with {(int)status}{Reason(status, code, answer)}");
    }

    private static string Reason(HttpStatusCode status, string? code, JsonObject? answer) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ": set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, to an account that may write there",
        HttpStatusCode.NotFound when code is null => ": there is no MLflow API at this address",
        _ when code is not null => $" ({OneLine(code)}: {OneLine(answer?["message"]?.ToString() ?? "")})",
        _ => "",
    };

    private static MlflowRun RunOf(JsonNode run) => new((string?)(run["info"]!["run_id"] ?? run["info"]!["run_uuid"]) ?? throw new InvalidOperationException("a run without ID"), (string)run["info"]!["experiment_id"]!, (string?)run["info"]!["artifact_uri"]);

    /// <summary>An empty body counts as an empty object: so answer calls that return nothing.</summary>
    private static JsonObject? Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) return [];
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            // The caller says so, with the status.
            return null;
        }
    }

    private T Read<T>(string call, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is NullReferenceException or InvalidOperationException or FormatException)
        {
            throw Garbage(call, exception);
        }
    }

    private TrackingException Garbage(string call, Exception? cause = null) => new($"{target.Server} answered {call} with something else than MLflow's JSON: is it the tracking server?", cause);

    /// <returns>Null where artifacts do not go through this server; credentials are sent to no other.</returns>
    private Uri? ArtifactAddress(string? artifactUri, string name)
    {
        if (!Uri.TryCreate(artifactUri, UriKind.Absolute, out var uri)) return null;
        var path = string.Join('/', name.Split('/').Select(Uri.EscapeDataString));
        var root = uri.Scheme switch
        {
            "mlflow-artifacts" when uri.Host.Length == 0 || uri.Host == target.Server.Host && (uri.Port < 0 || uri.Port == target.Server.Port) => new Uri(target.Server, ArtifactApi + uri.AbsolutePath.TrimStart('/')),
            "http" or "https" when uri.Authority == target.Server.Authority && uri.Scheme == target.Server.Scheme => uri,
            _ => null,
        };
        return root is null ? null : new Uri($"{root.AbsoluteUri.TrimEnd('/')}/{path}");
    }

    private static string OneLine(string text) => string.Concat((text.Length <= MostReasonCharacters ? text : $"{text[..MostReasonCharacters]}…").Select(character => char.IsControl(character) ? ' ' : character)).Trim();
}
