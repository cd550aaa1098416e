using Pole.Pipeline.Artifacts;
using Pole.Pipeline.External;
using Pole.Runner.Comparing;
using Pole.Zoo.Weights;

namespace Pole.Runner.Runs;

/// <summary>Where the networks of a run that ended are: in its folder, which has those that it trained itself, or in the store, under the keys that its record has.</summary>
/// <param name="stages">Folder of stage results.</param>
internal sealed class RunNetworks(StoredRun run, string stages)
{
    /// <summary>What a network of a run is called in its folder.</summary>
    public static string FileOf(string stage) => $"{stage}.last.safetensors";

    /// <summary>The networks that are in the store alone, by the place in the run's folder where they are looked for.</summary>
    /// <exception cref="ExperimentException">The one that the experiment ends with is in neither place.</exception>
    public IEnumerable<KeyValuePair<string, string>> Elsewhere(Experiment experiment)
    {
        foreach (var (index, (stage, _)) in TrainedNetworks.Trainings(experiment).Reverse().Index())
        {
            var place = Path.Combine(run.Folder, RunFolder.CheckpointsFolder, FileOf(stage));
            if (!File.Exists(place) && (index == 0 ? Require(stage) : Find(stage)) is { } file) yield return KeyValuePair.Create(place, file);
        }
    }

    /// <returns>The file of the network; null where it is in neither place.</returns>
    /// <exception cref="ExperimentException">What the store has of it is damaged.</exception>
    public string? Find(string stage)
    {
        var own = Path.Combine(run.Folder, RunFolder.CheckpointsFolder, FileOf(stage));
        if (File.Exists(own)) return Checked(own);
        if (run.Record.Stages.FirstOrDefault(record => record.Stage == stage) is not { } made) return null;
        return StoredStages.FolderOf(stages, stage, made.Key) is { } folder ? Directory.GetFiles(folder, "*.safetensors").FirstOrDefault(file => Path.GetFileName(file) != Pipeline.Training.Checkpoints.BestFile) : null;
    }

    /// <exception cref="ExperimentException">It is not what the run ended with.</exception>
    private string Checked(string file) => !run.Record.Networks.TryGetValue(Path.GetFileName(file), out var digest) || FileHash.Sha256(file) == digest ? file
        : throw new ExperimentException($"{file}: it is not the network that the run ended with, whose digest is in {RunRecord.FileName}; copy or unpack the run again");

    /// <inheritdoc cref="Find"/>
    /// <exception cref="ExperimentException">It is in neither place.</exception>
    public string Require(string stage) => Find(stage)
        ?? throw new ExperimentException($"the network of the stage '{stage}' is neither in {Path.Combine(run.Folder, RunFolder.CheckpointsFolder)} nor in the store: pack the run with --weights where it was made, or run {run.Record.Experiment} again");
}
