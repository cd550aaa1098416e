using System.Diagnostics;

namespace Pole.Pipeline.Artifacts;

/// <summary>Results of stages on disk, one folder per key. Experiments that share a stage share its folder, also when they run at the same time.</summary>
/// <param name="scope">What may be produced; for the rest, <see cref="StageNotStoredException"/>. Null for everything.</param>
public sealed class StageStore(string root, IRunProgress progress, CancellationToken cancellation = default, ProductionScope? scope = null)
{
    /// <summary>What a result was made of: the text of its key.</summary>
    public const string DescriptionFile = "stage.json";

    private readonly ProductionScope scope = scope ?? ProductionScope.Everything;
    private readonly List<FinishedStage> finished = [];

    /// <summary>The stages that were asked for, in their order.</summary>
    public IReadOnlyList<FinishedStage> Finished => finished;

    /// <summary>The same results for another run, which remembers its own stages and is watched by its own watcher.</summary>
    public StageStore For(IRunProgress watcher, ProductionScope? other = null) => new(root, watcher, cancellation, other ?? scope);

    /// <summary>Whether a result is there.</summary>
    public bool IsStored(StageKey key) => Directory.Exists(StagePlaces.Of(root, key).Result);

    /// <summary>
    /// The folder of a stage's result; produces it when it is not there. It is written under a temporary name and renamed, so a
    /// run that was stopped leaves nothing that looks finished, and a rerun goes on with the stages that are. Where another run produces it at
    /// this moment, its result is waited for.
    /// </summary>
    /// <param name="produce">Writes the result's files into the folder that it is given.</param>
    public string GetOrProduce(StageKey key, Action<StageWork> produce) => Get(key, places =>
    {
        if (!scope.Allows(key.Stage)) throw new StageNotStoredException(key);
        using var held = StageLock.Take(places.Lock, () => progress.Waiting(key.Stage), cancellation);
        if (Directory.Exists(places.Result)) return false;
        // What a killed run left: nobody else works in it while the lock is held.
        if (Directory.Exists(places.Temporary)) Directory.Delete(places.Temporary, recursive: true);
        Produce(key, produce, places);
        return true;
    });

    /// <summary>
    /// The same for a stage that works image by image, in blocks. Runs that need it at the same time share the blocks, a rerun goes on with the blocks that are not done,
    /// and whoever finds every block done puts the result together.
    /// </summary>
    /// <param name="images">Number of images.</param>
    /// <param name="produce">Does the blocks that it is given, one after the other.</param>
    /// <param name="merge">Completes the result from every block.</param>
    /// <exception cref="ShardFinishedException">This run's share is done, and others' are not.</exception>
    public string GetOrProduceByImages(StageKey key, int images, Action<IEnumerable<ImageBlock>> produce, Action<DoneBlocks> merge) => Get(key, places =>
    {
        Action waiting = () => progress.Waiting(key.Stage);
        var blocks = new ImageBlocks(places, images, waiting, cancellation);
        if (scope.Allows(key.Stage))
        {
            using var shared = StageLock.Share(places.Lock, waiting, cancellation);
            if (Directory.Exists(places.Result)) return false;
            progress.Stage(key.Stage, report => produce(blocks.Claim(scope.Shard, report)));
        }

        if (!scope.AllowsMerging || !blocks.AreDone) throw scope.Allows(key.Stage) ? new ShardFinishedException(key) : new StageNotStoredException(key);
        using var held = StageLock.Take(places.Lock, waiting, cancellation);
        if (Directory.Exists(places.Result)) return false;
        Directory.CreateDirectory(blocks.Result);
        merge(blocks.Done);
        File.WriteAllText(Path.Combine(blocks.Result, DescriptionFile), key.Description);
        Directory.Move(blocks.Result, places.Result);
        Directory.Delete(places.Checkpoint, recursive: true);
        return true;
    });

    /// <param name="produce">Returns false where another run was faster.</param>
    private string Get(StageKey key, Func<StagePlaces, bool> produce)
    {
        var elapsed = Stopwatch.StartNew();
        var places = StagePlaces.Of(root, key);
        var stored = Directory.Exists(places.Result) || !Guarded(key, places, produce);
        if (stored)
        {
            MarkAsUsed(places);
            progress.Reused(key.Stage, places.Result);
        }

        finished.Add(new FinishedStage(key.Stage, key.Hash, places.Result, stored, elapsed.Elapsed));
        return places.Result;
    }

    private static bool Guarded(StageKey key, StagePlaces places, Func<StagePlaces, bool> produce)
    {
        try
        {
            return produce(places);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException($"{places.Result}: the result of stage '{key.Stage}' cannot be written: {exception.Message} Free space there or give another folder with --store", exception);
        }
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
