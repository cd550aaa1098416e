using System.Text.Encodings.Web;
using System.Text.Json;
using Pole.Runner.Runs;

namespace Pole.Runner.Tracking;

/// <summary>
/// What was sent of the runs of one fingerprint: <c>RUNS/EXPERIMENT/FINGERPRINT/tracking.json</c>. A run that goes on after an interruption, and one that is done again, have folders of their own
/// and are one run of MLflow; another result of the same spec is another.
/// </summary>
internal sealed class TrackingFile
{
    public const string FileName = "tracking.json";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private readonly Lock changes = new();
    private readonly string path;
    private readonly List<TrackedRun> runs;

    private TrackingFile(string path, List<TrackedRun> runs) => (this.path, this.runs) = (path, runs);

    public IReadOnlyList<TrackedRun> Runs
    {
        get
        {
            lock (changes) return [.. runs];
        }
    }

    /// <exception cref="ExperimentException">The file is damaged.</exception>
    public static TrackingFile Open(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return new TrackingFile(path, !File.Exists(path) ? [] : InputFile.Read(path, "what was tracked of a run", "delete it, and the run where it was sent to; then pole track push sends it anew", () => Checked(JsonSerializer.Deserialize<List<TrackedRun>>(File.ReadAllText(path), Format))));
    }

    public TrackedRun Get(string key)
    {
        lock (changes) return runs.Single(run => run.Key == key);
    }

    public void Add(TrackedRun run)
    {
        lock (changes)
        {
            runs.Add(run);
            Write();
        }
    }

    /// <summary>On disk when it returns. Who sends and who says that the run ended are two threads.</summary>
    public TrackedRun Change(string key, Func<TrackedRun, TrackedRun> change)
    {
        lock (changes)
        {
            var place = runs.FindIndex(run => run.Key == key);
            var changed = change(runs[place]);
            if (changed == runs[place]) return changed;
            runs[place] = changed;
            Write();
            return changed;
        }
    }

    private static List<TrackedRun> Checked(List<TrackedRun>? runs)
    {
        if (runs is null || runs.Any(run => run is null || run.Description.Parameters.Values.Any(value => value is null) || run.Artifacts.Any(artifact => artifact is null))) throw new InvalidDataException("it has null in the place of a value");
        if (runs.DistinctBy(run => run.Key).Count() != runs.Count) throw new InvalidDataException("it has one run twice");
        return runs.All(run => run.Description.Fingerprint.Length >= RunFolder.FingerprintLength) ? runs : throw new InvalidDataException("it has a fingerprint that is cut");
    }

    private void Write() => AtomicFile.Write(path, temporary => File.WriteAllText(temporary, JsonSerializer.Serialize(runs, Format)));
}
