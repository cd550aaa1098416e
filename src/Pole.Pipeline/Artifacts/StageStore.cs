namespace Pole.Pipeline.Artifacts;

/// <summary>Results of stages on disk, one folder per key. Experiments that share a stage share its folder, also when they run at the same time.</summary>
public sealed class StageStore(string root, IRunProgress progress, CancellationToken cancellation = default)
{
    private const string DescriptionFile = "stage.json";

    /// <summary>
    /// The folder of a stage's result; produces it when it is not there. It is written under a temporary name and renamed, so a
    /// run that was stopped leaves nothing that looks finished, and a rerun goes on with the stages that are. Where another run produces it at
    /// this moment, its result is waited for.
    /// </summary>
    /// <param name="produce">Writes the result's files into the folder that it is given.</param>
    public string GetOrProduce(StageKey key, Action<string, IStageProgress> produce)
    {
        var folder = Path.Combine(root, key.Stage, key.Hash);
        if (Directory.Exists(folder))
        {
            progress.Reused(key.Stage);
            return folder;
        }

        var temporary = $"{folder}.tmp";
        try
        {
            using var held = StageLock.Take($"{folder}.lock", () => progress.Waiting(key.Stage), cancellation);
            if (Directory.Exists(folder))
            {
                progress.Reused(key.Stage);
                return folder;
            }

            // What a killed run left: nobody else works in it while the lock is held.
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
            Produce(key, produce, temporary, folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException($"{folder}: the result of stage '{key.Stage}' cannot be written: {exception.Message} Free space there or give another folder with --store", exception);
        }

        return folder;
    }

    private void Produce(StageKey key, Action<string, IStageProgress> produce, string temporary, string folder)
    {
        try
        {
            Directory.CreateDirectory(temporary);
            File.WriteAllText(Path.Combine(temporary, DescriptionFile), key.Description);
            progress.Stage(key.Stage, report => produce(temporary, report));
            Directory.Move(temporary, folder);
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
    }
}
