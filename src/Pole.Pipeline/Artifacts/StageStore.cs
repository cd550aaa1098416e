using System.Diagnostics;

namespace Pole.Pipeline.Artifacts;

/// <summary>Results of stages on disk, one folder per key. Experiments that share a stage share its folder, also when they run at the same time.</summary>
/// <param name="onlyStored">Nothing is produced: <see cref="StageNotStoredException"/> instead.</param>
public sealed class StageStore(string root, IRunProgress progress, CancellationToken cancellation = default, bool onlyStored = false)
{
    /// <summary>What a result was made of: the text of its key.</summary>
    public const string DescriptionFile = "stage.json";

    private readonly List<FinishedStage> finished = [];

    /// <summary>The stages that were asked for, in their order.</summary>
    public IReadOnlyList<FinishedStage> Finished => finished;

    /// <summary>The same results for another run, which remembers its own stages and is watched by its own watcher.</summary>
    public StageStore For(IRunProgress watcher) => new(root, watcher, cancellation, onlyStored);

    /// <summary>
    /// The folder of a stage's result; produces it when it is not there. It is written under a temporary name and renamed, so a
    /// run that was stopped leaves nothing that looks finished, and a rerun goes on with the stages that are. Where another run produces it at
    /// this moment, its result is waited for.
    /// </summary>
    /// <param name="produce">Writes the result's files into the folder that it is given.</param>
    public string GetOrProduce(StageKey key, Action<StageWork> produce)
    {
        var elapsed = Stopwatch.StartNew();
        var places = StagePlaces.Of(root, key);
        if (onlyStored && !Directory.Exists(places.Result)) throw new StageNotStoredException(key);
        var stored = Directory.Exists(places.Result) || !ProduceAlone(key, produce, places);
        if (stored)
        {
            MarkAsUsed(places);
            progress.Reused(key.Stage, places.Result);
        }

        finished.Add(new FinishedStage(key.Stage, key.Hash, places.Result, stored, elapsed.Elapsed));
        return places.Result;
    }

    /// <summary>The time of the description's last writing is that of the result's last use; file systems do not keep times of reading.</summary>
    private static void MarkAsUsed(StagePlaces places)
    {
        try
        {
            File.SetLastWriteTimeUtc(Path.Combine(places.Result, DescriptionFile), DateTime.UtcNow);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            // A store that can only be read is as good for reading, and nobody prunes it.
        }
    }

    /// <returns>False where another run was faster.</returns>
    private bool ProduceAlone(StageKey key, Action<StageWork> produce, StagePlaces places)
    {
        try
        {
            using var held = StageLock.Take(places.Lock, () => progress.Waiting(key.Stage), cancellation);
            if (Directory.Exists(places.Result)) return false;
            // What a killed run left: nobody else works in it while the lock is held.
            if (Directory.Exists(places.Temporary)) Directory.Delete(places.Temporary, recursive: true);
            Produce(key, produce, places);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException($"{places.Result}: the result of stage '{key.Stage}' cannot be written: {exception.Message} Free space there or give another folder with --store", exception);
        }
    }

    private void Produce(StageKey key, Action<StageWork> produce, StagePlaces places)
    {
        try
        {
            Directory.CreateDirectory(places.Temporary);
            File.WriteAllText(Path.Combine(places.Temporary, DescriptionFile), key.Description);
            progress.Stage(key.Stage, report => produce(new StageWork(key.Stage, places.Temporary, places.Checkpoint, report)));
            Directory.Move(places.Temporary, places.Result);
            if (Directory.Exists(places.Checkpoint)) Directory.Delete(places.Checkpoint, recursive: true);
        }
        finally
        {
            if (Directory.Exists(places.Temporary)) Directory.Delete(places.Temporary, recursive: true);
        }
    }
}
