using System.Globalization;
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

    private const string StartFormat = "yyyy-MM-dd'T'HH-mm-ss'Z'";
    private const int StartLength = 20;

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
            Directory.CreateDirectory(parent);
            var run = new RunFolder(experiment, FreeName(parent));
            Directory.CreateDirectory(run.Path);
            SpecFiles.Exclude(run.Path);
            File.WriteAllText(System.IO.Path.Combine(run.Path, SpecFile), ResolvedSpecText.Of(experiment));
            RunEnvironment.Write(run.Path, experiment, modules);
            return run;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException($"{parent}: the run's folder cannot be written: {exception.Message} Free space there or give another folder with --runs", exception);
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

    /// <summary>A name below a folder that says when something began, and that comes after every other there: what is asked for the latest goes by names, also after the clock was set back.</summary>
    public static string FreeName(string parent)
    {
        var now = DateTimeOffset.UtcNow.ToString(StartFormat, CultureInfo.InvariantCulture);
        var latest = Directory.GetDirectories(parent).Select(path => System.IO.Path.GetFileName(path)).Where(BeginsWithStart).Max(StringComparer.Ordinal);
        return System.IO.Path.Combine(parent, string.CompareOrdinal(now, latest) > 0 ? now : Next(latest!));
    }

    private static bool BeginsWithStart(string name) => name.Length >= StartLength && DateTimeOffset.TryParseExact(name[..StartLength], StartFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>Four digits behind a hyphen, so that the order of texts is that of numbers.</summary>
    private static string Next(string name)
    {
        var number = name.Length > StartLength && int.TryParse(name.AsSpan(StartLength + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 1;
        return string.Create(CultureInfo.InvariantCulture, $"{name[..StartLength]}-{number + 1:d4}");
    }
}
