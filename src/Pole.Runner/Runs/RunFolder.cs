using Pole.Pipeline;
using Pole.Pipeline.Training;
using Pole.Runner.Specs;
using Pole.Zoo.Weights;

namespace Pole.Runner.Runs;

/// <summary>
/// One run of an experiment: <c>RUNS/EXPERIMENT/FINGERPRINT/START</c> with the resolved spec, the environment, the log and the measurements from
/// its beginning, and scores, networks and pictures from its end. A run without <c>result.json</c> did not end.
/// </summary>
internal sealed class RunFolder
{
    public const string OutputsFolder = "outputs", CheckpointsFolder = "checkpoints", SpecFile = "spec.yaml", LogFile = "log.txt";

    /// <summary>Characters of a fingerprint in names of folders.</summary>
    public const int FingerprintLength = 12;

    private readonly Experiment experiment;
    private readonly DateTimeOffset started = DateTimeOffset.UtcNow;

    private RunFolder(Experiment experiment, string path) => (this.experiment, Path) = (experiment, path);

    public string Path { get; }

    /// <exception cref="ExperimentException">The folder cannot be written.</exception>
    public static RunFolder Begin(string root, Experiment experiment, ModuleContext modules)
    {
        var parent = ParentOf(root, experiment);
        try
        {
            return new RunFolder(experiment, StartedFolder.Create(parent, folder =>
            {
                SpecFiles.Exclude(folder);
                File.WriteAllText(System.IO.Path.Combine(folder, SpecFile), ResolvedSpecText.Of(experiment));
                RunEnvironment.Write(folder, experiment, modules);
            }));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException($"{parent}: the run's folder cannot be written: {exception.Message.TrimEnd('.')}. Free some space, or choose another folder with --runs", exception);
        }
    }

    public static string ParentOf(string root, Experiment experiment) => System.IO.Path.Combine([root, .. experiment.Name.Split('/'), experiment.Fingerprint[..FingerprintLength]]);

    /// <summary>Writes what the run gave. The record is the caller's to write, last, so that a run with one is whole.</summary>
    public RunRecord Complete(ExperimentResult result)
    {
        var outputs = Directory.CreateDirectory(System.IO.Path.Combine(Path, OutputsFolder)).FullName;
        foreach (var images in result.Images) File.Copy(images.File, System.IO.Path.Combine(outputs, ImagesFileOf(images.Step, images.Split)));
        if (result.Choices is { } choices) choices.WriteCsv(System.IO.Path.Combine(outputs, "names.csv"));
        var networks = CopyNetworks(result);
        return RunRecord.Of(result, started, DateTimeOffset.UtcNow) with { Networks = networks };
    }

    /// <summary>The file of <see cref="Pipeline.Evaluation.ImageScore"/>s of one step.</summary>
    public static string ImagesFileOf(string step, string split) => $"{split}.{Pipeline.Evaluation.ImageScore.FileOf(step)}";

    /// <summary>The networks that this run's trainings ended with, and the best of each, under the stage's name; stored ones stay in the store, once.</summary>
    /// <returns>SHA-256 by file name.</returns>
    private Dictionary<string, string> CopyNetworks(ExperimentResult result)
    {
        var digests = new Dictionary<string, string>(StringComparer.Ordinal);
        var target = Directory.CreateDirectory(System.IO.Path.Combine(Path, CheckpointsFolder)).FullName;
        foreach (var stage in result.Stages.Where(stage => !stage.Stored && File.Exists(System.IO.Path.Combine(stage.Folder, MeasurementFile.Name))))
        foreach (var file in Directory.GetFiles(stage.Folder, "*.safetensors"))
        {
            var name = System.IO.Path.GetFileName(file) == Checkpoints.BestFile ? $"{stage.Stage}.best.safetensors" : RunNetworks.FileOf(stage.Stage);
            File.Copy(file, System.IO.Path.Combine(target, name));
            digests[name] = FileHash.Sha256(file);
        }

        return digests;
    }
}
