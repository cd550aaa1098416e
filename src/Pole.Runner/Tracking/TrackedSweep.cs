using Pole.Pipeline.Artifacts;

namespace Pole.Runner.Tracking;

/// <summary>The MLflow run that the points of a sweep are nested in; the point that comes first creates it. Its state is <c>RUNS/SWEEP/tracking.json</c>.</summary>
internal sealed class TrackedSweep(string runs, string sweep)
{
    private const string LockFile = "tracking.lock";

    private readonly string folder = Path.Combine([runs, .. sweep.Split('/')]);

    /// <param name="point">The point that asks.</param>
    public async Task<MlflowRun> Run(TrackingTarget target, MlflowServer server, string experimentId, RunDescription point, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        using var held = StageLock.Take(Path.Combine(folder, LockFile), () => { }, stop);
        var file = TrackingFile.Open(folder);
        if (file.Runs.FirstOrDefault(run => run.IsOf(target)) is not { } tracked)
            file.Add(tracked = TrackedRun.Begin(target, point with { Experiment = sweep, Sweep = null, Parameters = new Dictionary<string, string>() }));
        return (await new RunCreation(file, tracked.Key, server).FindOrCreate(experimentId, sweep, [new("mlflow.source.name", "pole"), new("mlflow.source.type", "LOCAL")], stop).ConfigureAwait(false)).Run!;
    }

    /// <summary>The sweep's run ends with the point that ended last: which is the last one is not known to a point.</summary>
    public async Task PointEnded(TrackingTarget target, MlflowServer server, long? end, CancellationToken stop)
    {
        if (TrackingFile.Open(folder).Runs.FirstOrDefault(run => run.IsOf(target))?.Run is { } run) await server.Update(run.Id, TrackedStatus.Finished, end, stop).ConfigureAwait(false);
    }
}
