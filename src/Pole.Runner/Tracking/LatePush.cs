using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Training;
using Pole.Runner.Runs;

namespace Pole.Runner.Tracking;

/// <summary>Pushes a run that does not go on.</summary>
/// <param name="runs">Folder of runs.</param>
internal sealed class LatePush(string runs, TrackingTarget target, MlflowServer server, ExperimentSet experiments)
{
    /// <returns>What was sent; null where the run goes on and is tracked by its process.</returns>
    /// <exception cref="ExperimentException">It did not end and was not tracked, or what is noted of it is damaged.</exception>
    /// <exception cref="TrackingException">The server did not take it.</exception>
    public async Task<SentParts?> Send(string folder, CancellationToken stop)
    {
        var notes = RunFolders.NotesOf(folder);
        using var held = StageLock.TryTake(Path.Combine(notes, LiveTracking.LockFile));
        if (held is null) return null;
        var file = TrackingFile.Open(notes);
        if (!File.Exists(Path.Combine(folder, RunRecord.FileName))) MarkKilled(file, folder);
        return await new RunPush(folder, runs, target, file, server, experiments.SweepOf).Send(stop).ConfigureAwait(false);
    }

    /// <summary>A run that says it goes on, and that no process holds, was killed before it could say so.</summary>
    private void MarkKilled(TrackingFile file, string folder)
    {
        var open = file.Runs.LastOrDefault(run => run.IsOf(target) && run.Result is null) ?? throw new ExperimentException($"{folder} did not end and was not tracked when it began: run the experiment again, it goes on from its checkpoint");
        var metrics = Path.Combine(folder, MeasurementFile.Name);
        if (open.Status == TrackedStatus.Running) file.Change(open.Key, run => run with { Status = TrackedStatus.Killed, Ended = File.GetLastWriteTimeUtc(File.Exists(metrics) ? metrics : folder) });
    }
}
