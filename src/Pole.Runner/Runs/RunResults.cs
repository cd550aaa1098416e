using Pole.Pipeline.Artifacts;
using Pole.Pipeline.External;
using Pole.Runner.Comparing;
using Pole.Runner.Reports;

namespace Pole.Runner.Runs;

/// <summary>A thing that a run leaves.</summary>
/// <param name="Name">What it is, and its name where it is copied to.</param>
/// <param name="Path">A file, or a folder of label maps.</param>
internal sealed record RunResultFile(string Name, string Path)
{
    public bool IsFolder => Directory.Exists(Path);
}

/// <summary>Where everything is that a run leaves: tables in its folder, networks there or in the store, label maps in the store.</summary>
/// <param name="stages">Folder of stage results.</param>
internal sealed class RunResults(StoredRun run, Experiment experiment, string stages)
{
    private readonly RunNetworks networks = new(run, stages);

    /// <summary>Report, scores and tables.</summary>
    public IReadOnlyList<RunResultFile> Tables =>
        [.. new[] { RunReport.FileName, RunRecord.FileName, RunFolder.SpecFile }.Concat(OutputFiles).Select(file => new RunResultFile(file, Path.Combine(run.Folder, file))).Where(file => File.Exists(file.Path))];

    /// <summary>What every training ended with.</summary>
    /// <exception cref="ExperimentException">One is damaged.</exception>
    public IReadOnlyList<RunResultFile> Networks =>
        [.. TrainedNetworks.Trainings(experiment).Select(training => (training.Stage, Network: networks.Find(training.Stage))).Where(found => found.Network is not null).Select(found => new RunResultFile($"networks/{found.Stage}.safetensors", found.Network!.File))];

    /// <summary>Pseudo-masks and predictions.</summary>
    /// <exception cref="ExperimentException">They are damaged.</exception>
    public IReadOnlyList<RunResultFile> LabelMaps =>
        [.. from maps in LabelMapStage.Of(experiment)
            let made = run.Record.Stages.FirstOrDefault(record => record.Stage == maps.Stage)
            where made is not null && StoredStages.FilesOf(stages, made.Stage, made.Key) is not null
            select new RunResultFile(maps.Name, maps.In(Path.Combine(stages, made.Stage, made.Key)))];

    /// <summary>What the run left that is neither in its folder nor in the store any more.</summary>
    public IReadOnlyList<string> Gone =>
    [
        .. LabelMapStage.Of(experiment).Where(maps => run.Record.Stages.Any(record => record.Stage == maps.Stage)).Select(maps => maps.Name).Except(LabelMaps.Select(maps => maps.Name)),
        .. TrainedNetworks.Trainings(experiment).Where(training => networks.Find(training.Stage) is null).Select(training => $"the network of {training.Stage}"),
    ];

    private IEnumerable<string> OutputFiles => Directory.Exists(Path.Combine(run.Folder, RunFolder.OutputsFolder)) ? Directory.GetFiles(Path.Combine(run.Folder, RunFolder.OutputsFolder)).Order(StringComparer.Ordinal).Select(file => Path.GetRelativePath(run.Folder, file)) : [];
}
