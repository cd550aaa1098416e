using Pole.Pipeline.Artifacts;

namespace Pole.Runner.Runs;

/// <summary>What the files beside a network say of where it comes from.</summary>
internal static class NetworkOrigin
{
    /// <returns>Null for a file that is neither in the folder of a run nor in a store.</returns>
    /// <exception cref="ExperimentException">The record of the run is damaged.</exception>
    public static string? Of(string path)
    {
        var (file, folder) = (Path.GetFileNameWithoutExtension(path), Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (Path.GetFileName(folder) == RunFolder.CheckpointsFolder && Path.GetDirectoryName(folder) is { } run && File.Exists(Path.Combine(run, RunRecord.FileName)) && file.Split('.') is [var stage, var which])
            return RunRecord.Read(run) is var record ? $"the {which} network of the stage '{stage}' of {record.Experiment}, fingerprint {record.Fingerprint[..RunFolder.FingerprintLength]}, seed {record.Seed}, in the run {run}" : null;
        return File.Exists(Path.Combine(folder, StageStore.DescriptionFile)) ? $"the stage '{Path.GetFileName(Path.GetDirectoryName(folder))}' in a store, key {Path.GetFileName(folder)}" : null;
    }
}
