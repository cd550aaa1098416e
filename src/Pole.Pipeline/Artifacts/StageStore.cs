namespace Pole.Pipeline.Artifacts;

/// <summary>Results of stages on disk, one folder per key. Experiments that share a stage share its folder.</summary>
public sealed class StageStore(string root, IRunProgress progress)
{
    private const string DescriptionFile = "stage.json";

    /// <summary>
    /// The folder of a stage's result; produces it when it is not there. It is written under a temporary name and renamed, so a
    /// run that was stopped leaves nothing that looks finished, and a rerun goes on with the stages that are.
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

        var temporary = $"{folder}.{Environment.ProcessId}.tmp";
        try
        {
            Directory.CreateDirectory(temporary);
            File.WriteAllText(Path.Combine(temporary, DescriptionFile), key.Description);
            progress.Stage(key.Stage, report => produce(temporary, report));
            // Another run may have finished the same stage meanwhile; its result is as good.
            if (!Directory.Exists(folder)) Directory.Move(temporary, folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException($"{folder}: the result of stage '{key.Stage}' cannot be written: {exception.Message} Free space there or give another folder with --store", exception);
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }

        return folder;
    }
}
