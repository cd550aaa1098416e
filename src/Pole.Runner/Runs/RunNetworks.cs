using Pole.Pipeline.Artifacts;
using Pole.Pipeline.External;
using Pole.Runner.Comparing;
using Pole.Zoo.Weights;

namespace Pole.Runner.Runs;

/// <summary>A network of a run: its file, and its SHA-256, which was checked where the run or the store says what it should be.</summary>
internal sealed record RunNetwork(string File, string Sha256);

/// <summary>Where the networks of a run that ended are: in its folder, which has those that it trained itself, or in the store, under the keys that its record has.</summary>
/// <param name="stages">Folder of stage results.</param>
internal sealed class RunNetworks(StoredRun run, string stages)
{
    /// <summary>A network may be asked for by several, and its digest takes reading all of it.</summary>
    private readonly Dictionary<string, RunNetwork?> found = new(StringComparer.Ordinal);

    /// <summary>What a network of a run is called in its folder.</summary>
    public static string FileOf(string stage) => $"{stage}.last.safetensors";

    /// <summary>The networks that are in the store alone, by the place in the run's folder where they are looked for.</summary>
    /// <exception cref="ExperimentException">The one that the experiment ends with is in neither place.</exception>
    public IEnumerable<KeyValuePair<string, string>> Elsewhere(Experiment experiment)
    {
        foreach (var (index, (stage, _)) in TrainedNetworks.Trainings(experiment).Reverse().Index())
        {
            var place = Path.Combine(run.Folder, RunFolder.CheckpointsFolder, FileOf(stage));
            if (!File.Exists(place) && (index == 0 ? Require(stage) : Find(stage)) is { } network) yield return KeyValuePair.Create(place, network.File);
        }
    }

    /// <returns>Null where it is in neither place.</returns>
    /// <exception cref="ExperimentException">What there is of it is damaged, or not what the run ended with.</exception>
    public RunNetwork? Find(string stage) => found.TryGetValue(stage, out var known) ? known : found[stage] = Own(stage) ?? Stored(stage);

    private RunNetwork? Own(string stage)
    {
        var file = Path.Combine(run.Folder, RunFolder.CheckpointsFolder, FileOf(stage));
        if (!File.Exists(file)) return null;
        var network = new RunNetwork(file, FileHash.Sha256(file));
        return !run.Record.Networks.TryGetValue(FileOf(stage), out var digest) || network.Sha256 == digest ? network
            : throw new ExperimentException($"{file}: it is not the network that the run ended with, whose digest is in {RunRecord.FileName}; copy or unpack the run again");
    }

    private RunNetwork? Stored(string stage) => run.Record.Stages.FirstOrDefault(record => record.Stage == stage) is { } made && StoredStages.FilesOf(stages, stage, made.Key) is { } files
        ? files.Where(file => Path.GetExtension(file.Key) == ".safetensors" && Path.GetFileName(file.Key) != Pipeline.Training.Checkpoints.BestFile).Select(file => new RunNetwork(file.Key, file.Value)).FirstOrDefault() : null;

    /// <inheritdoc cref="Find"/>
    /// <exception cref="ExperimentException">It is in neither place.</exception>
    public RunNetwork Require(string stage) => Find(stage)
        ?? throw new ExperimentException($"the network of the stage '{stage}' is neither in {Path.Combine(run.Folder, RunFolder.CheckpointsFolder)} nor in the store: pack the run with --weights where it was made, or run {run.Record.Experiment} again");
}
