using Pole.Pipeline.Evaluation;
using Pole.Runner.Reports;
using Pole.Runner.Runs;

namespace Pole.Runner.Tracking;

/// <summary>
/// Sends what is not there yet of one run folder. The folder is the truth and the queue: what was sent is noted after the server answered, and everything is sent such that a second time changes
/// nothing, so that it may be cut off anywhere and done again.
/// </summary>
/// <param name="folder">Of the run.</param>
/// <param name="runs">Folder of runs, for sweeps.</param>
/// <param name="sweepOf">The sweep that an experiment is a point of; null for none.</param>
internal sealed class RunPush(string folder, string runs, TrackingTarget target, TrackingFile file, MlflowServer server, Func<string, string?> sweepOf)
{
    private const int MostEntries = 100, MostMetrics = 1000, MostRequestCharacters = 125_000;

    private static readonly string[] ArtifactFiles = [RunReport.FileName, RunRecord.FileName, RunFolder.SpecFile];

    private readonly MetricsTail tail = new(folder);

    /// <exception cref="TrackingException">The server did not take something; what it took is noted.</exception>
    public async Task<SentParts> Send(CancellationToken stop)
    {
        var record = File.Exists(Path.Combine(folder, RunRecord.FileName)) ? RunRecord.Read(folder) : null;
        if (Choose(record) is not { } key) return new SentParts(0, 0, 0, false, null, []);
        var omitted = new List<string>();
        var run = await Create(file.Get(key).Description, key, stop).ConfigureAwait(false);
        var parameters = await SendParameters(key, run, omitted, stop).ConfigureAwait(false);
        var metrics = await SendMeasurements(key, run, omitted, stop).ConfigureAwait(false);
        var artifacts = 0;
        if (record is not null)
        {
            metrics += await SendScores(key, run, record, stop).ConfigureAwait(false);
            artifacts = await SendArtifacts(key, run, omitted, stop).ConfigureAwait(false);
        }

        return new SentParts(parameters, metrics, artifacts, await SendStatus(key, run, stop).ConfigureAwait(false), server.PageOf(run), omitted);
    }

    /// <summary>The tracked run that the folder is a part of: the one of its result, or the one that has none yet.</summary>
    /// <returns>Null for a run that did not end and was not tracked when it began.</returns>
    private string? Choose(RunRecord? record)
    {
        var known = file.Runs.Where(run => run.IsOf(target)).ToList();
        var open = known.LastOrDefault(run => run.Result is null);
        if (record is null) return open?.Key;
        var result = RunScores.Digest(record);
        var chosen = known.LastOrDefault(run => run.Result == result) ?? open;
        if (chosen is null) file.Add(chosen = TrackedRun.Begin(target, RunDescription.Of(record, sweepOf(record.Experiment), folder)));
        file.Change(chosen.Key, run => run with { Result = result, Status = TrackedStatus.Finished, Ended = run is { Status: TrackedStatus.Finished, Ended: not null } ? run.Ended : record.Ended });
        return chosen.Key;
    }

    private async Task<MlflowRun> Create(RunDescription description, string key, CancellationToken stop)
    {
        if (file.Get(key).Run is { } there) return there;
        var experimentId = await server.ExperimentId(target.Experiment, stop).ConfigureAwait(false);
        var tags = description.Tags();
        if (description.Sweep is { } sweep)
        {
            var parent = await new TrackedSweep(runs, sweep).Run(target, server, experimentId, description, stop).ConfigureAwait(false);
            tags = [.. tags, new("mlflow.parentRunId", parent.Id)];
        }

        return (await new RunCreation(file, key, server).FindOrCreate(experimentId, description.Experiment, tags, stop).ConfigureAwait(false)).Run!;
    }

    private async Task<int> SendParameters(string key, MlflowRun run, List<string> omitted, CancellationToken stop)
    {
        var tracked = file.Get(key);
        if (tracked.ParametersSent) return 0;
        List<MlflowEntry> parameters = [.. tracked.Description.Parameters.Select(entry => new MlflowEntry(MlflowText.Name(entry.Key), MlflowText.Value(entry.Value, MlflowText.MostParameterCharacters))).DistinctBy(entry => entry.Key)];
        var cut = tracked.Description.Parameters.Where(entry => entry.Value.Length > MlflowText.MostParameterCharacters).Select(entry => entry.Key).ToList();
        if (cut.Count > 0) omitted.Add(FormattableString.Invariant($"{string.Join(", ", cut)}: cut to the {MlflowText.MostParameterCharacters} characters that MLflow takes; {RunFolder.SpecFile} has all"));
        if (parameters.Count < tracked.Description.Parameters.Count) omitted.Add($"{tracked.Description.Parameters.Count - parameters.Count} parameters whose names MLflow does not tell apart; {RunFolder.SpecFile} has all");
        foreach (var batch in Batches(parameters)) await server.LogBatch(run.Id, [], batch, [], stop).ConfigureAwait(false);
        file.Change(key, state => state with { ParametersSent = true });
        return parameters.Count;
    }

    /// <summary>The API takes 100 at once, and a request of 1 MB, in which a character has six bytes at most.</summary>
    private static IEnumerable<List<MlflowEntry>> Batches(IEnumerable<MlflowEntry> entries)
    {
        var (batch, characters) = (new List<MlflowEntry>(), 0);
        foreach (var entry in entries)
        {
            var length = entry.Key.Length + entry.Value.Length;
            if (batch.Count == MostEntries || batch.Count > 0 && characters + length > MostRequestCharacters)
            {
                yield return batch;
                (batch, characters) = ([], 0);
            }

            batch.Add(entry);
            characters += length;
        }

        if (batch.Count > 0) yield return batch;
    }

    private async Task<int> SendMeasurements(string key, MlflowRun run, List<string> omitted, CancellationToken stop)
    {
        var (sent, infinite) = (0, new SortedSet<string>(StringComparer.Ordinal));
        while (tail.Next() is { Count: > 0 } measurements)
        {
            var tracked = file.Get(key);
            var start = tracked.Description.Started.ToUnixTimeMilliseconds();
            var missing = measurements.Where(measurement => measurement.Step > tracked.Steps.GetValueOrDefault(measurement.Stage, long.MinValue)).ToList();
            var values = missing.SelectMany(measurement => measurement.Values.Select(value => (Name: $"{measurement.Stage}/{value.Key}", value.Value, measurement.Step))).ToList();
            infinite.UnionWith(values.Where(value => !double.IsFinite(value.Value)).Select(value => value.Name));
            foreach (var batch in values.Where(value => double.IsFinite(value.Value)).Select(value => new MlflowMetric(MlflowText.Name(value.Name), value.Value, start, value.Step)).Chunk(MostMetrics))
            {
                await server.LogBatch(run.Id, batch, [], [], stop).ConfigureAwait(false);
                sent += batch.Length;
            }

            if (missing.Count > 0) file.Change(key, state => state with { Steps = Last(state.Steps, missing) });
            tail.Accept();
        }

        if (infinite.Count > 0) omitted.Add($"{string.Join(", ", infinite)}: values that are no finite numbers, with which MLflow does not show a run; {Pipeline.Training.MeasurementFile.Name} has all");
        return sent;
    }

    private static Dictionary<string, long> Last(IReadOnlyDictionary<string, long> steps, IEnumerable<Measurement> measurements)
    {
        var last = new Dictionary<string, long>(steps);
        foreach (var measurement in measurements) last[measurement.Stage] = Math.Max(last.GetValueOrDefault(measurement.Stage, long.MinValue), measurement.Step);
        return last;
    }

    private async Task<int> SendScores(string key, MlflowRun run, RunRecord record, CancellationToken stop)
    {
        var tracked = file.Get(key);
        if (tracked.ScoresSent) return 0;
        var start = tracked.Description.Started.ToUnixTimeMilliseconds();
        List<MlflowMetric> scores = [.. RunScores.Of(record).Where(score => double.IsFinite(score.Value)).Select(score => new MlflowMetric(MlflowText.Name(score.Name), score.Value, start, 0))];
        foreach (var batch in scores.Chunk(MostMetrics - 1)) await server.LogBatch(run.Id, batch, [], record.Score is { } cams ? [new("pole.cam-mode", CamMode.Threshold(cams.Threshold))] : [], stop).ConfigureAwait(false);
        file.Change(key, state => state with { ScoresSent = true });
        return scores.Count;
    }

    private async Task<int> SendArtifacts(string key, MlflowRun run, List<string> omitted, CancellationToken stop)
    {
        if (!server.TakesArtifacts(run.ArtifactUri))
        {
            omitted.Add($"artifacts: the server keeps them in {run.ArtifactUri}, which is not written through it; start it with --serve-artifacts, or copy {string.Join(", ", ArtifactFiles)} there");
            return 0;
        }

        var missing = ArtifactFiles.Where(name => !file.Get(key).Artifacts.Contains(name) && File.Exists(Path.Combine(folder, name))).ToList();
        foreach (var name in missing)
        {
            await server.PutArtifact(run.ArtifactUri, name, Path.Combine(folder, name), stop).ConfigureAwait(false);
            file.Change(key, state => state with { Artifacts = [.. state.Artifacts, name] });
        }

        return missing.Count;
    }

    private async Task<bool> SendStatus(string key, MlflowRun run, CancellationToken stop)
    {
        var tracked = file.Get(key);
        var (status, end) = (tracked.Status, tracked.Ended?.ToUnixTimeMilliseconds());
        if (status == tracked.StatusSent) return false;
        await server.Update(run.Id, status, end, stop).ConfigureAwait(false);
        if (tracked.Description.Sweep is { } sweep && status == TrackedStatus.Finished) await new TrackedSweep(runs, sweep).PointEnded(target, server, end, stop).ConfigureAwait(false);
        file.Change(key, state => state with { StatusSent = status });
        return true;
    }
}
