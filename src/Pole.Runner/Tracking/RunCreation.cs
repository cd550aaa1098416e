namespace Pole.Runner.Tracking;

/// <summary>Creates a run on the server once, also where the process ends, or the answer is lost, between the request and the note that it is there.</summary>
internal sealed class RunCreation(TrackingFile file, string key, MlflowServer server)
{
    private static readonly string User = Environment.UserName;

    public async Task<TrackedRun> FindOrCreate(string experimentId, string name, IReadOnlyList<MlflowEntry> tags, CancellationToken stop)
    {
        var tracked = file.Get(key);
        if (tracked.Run is not null) return tracked;
        var run = tracked.CreateBegan ? await server.FindRun(experimentId, TrackedRun.KeyTag, key, stop).ConfigureAwait(false) : null;
        file.Change(key, state => state with { CreateBegan = true });
        run ??= await server.CreateRun(experimentId, name, User, tracked.Description.Started.ToUnixTimeMilliseconds(), [.. tags, new("mlflow.runName", name), new("mlflow.user", User), new(TrackedRun.KeyTag, key)], stop).ConfigureAwait(false);
        return file.Change(key, state => state with { Run = run });
    }
}
