using System.Diagnostics;
using TorchSharp;

namespace Pole.Pipeline.Artifacts;

/// <summary>Results of stages on disk, one folder per key. Experiments that share a stage share its folder, also when they run at the same time.</summary>
public sealed class StageStore(string root, IRunProgress progress, CancellationToken cancellation = default)
{
    /// <summary>What a result was made of: the text of its key.</summary>
    public const string DescriptionFile = "stage.json";

    private readonly List<FinishedStage> finished = [];

    /// <summary>The stages that were asked for, in their order.</summary>
    public IReadOnlyList<FinishedStage> Finished => finished;

    /// <summary>What stages are computed on.</summary>
    public DeviceType Device { get; private init; } = DeviceType.CPU;

    /// <summary>The same results for another run, which remembers its own stages and is watched by its own watcher.</summary>
    /// <param name="device">What its stages are computed on.</param>
    public StageStore For(IRunProgress watcher, DeviceType device) => new(root, watcher, cancellation) { Device = device };

    /// <summary>Whether a result is there; it may be damaged.</summary>
    public bool IsStored(StageKey key) => Directory.Exists(StagePlaces.Of(root, key).Result);

    /// <summary>The folder of a stored result, or why there is none.</summary>
    public (string? Folder, string? Fault) Find(StageKey key)
    {
        var (places, elapsed) = (StagePlaces.Of(root, key), Stopwatch.StartNew());
        if (!Directory.Exists(places.Result)) return (null, "is not stored: it was not run, or failed");
        return ResultDigests.Fault(places.Result) is { } fault ? (null, $"is damaged ({fault}): made again by the next run") : (Reuse(key, places, elapsed), null);
    }

    /// <summary>
    /// The folder of a stage's result; produces it when it is not there, or damaged. It is written under a temporary name and renamed, so a
    /// run that was stopped leaves nothing that looks finished, and a rerun goes on with the stages that are. Where another run produces it at
    /// this moment, its result is waited for.
    /// </summary>
    /// <param name="produce">Writes the result's files into the folder that it is given.</param>
    public string GetOrProduce(StageKey key, Action<StageWork> produce) => Get(key, places =>
    {
        using var held = StageLock.Take(places.Lock, () => progress.Waiting(key.Stage), cancellation);
        if (Directory.Exists(places.Result)) return Obtained.FromOther;
        // What a killed run left: nobody else works in it while the lock is held.
        if (Directory.Exists(places.Temporary)) Directory.Delete(places.Temporary, recursive: true);
        Produce(key, produce, places);
        return Obtained.Produced;
    })!;

    /// <summary>
    /// The same for a stage that works image by image, in blocks. Runs that need it at the same time share the blocks, a rerun goes on with the blocks that are not done,
    /// and whoever finds every block done puts the result together.
    /// </summary>
    /// <param name="images">Number of images.</param>
    /// <param name="shard">The blocks that are this run's to do; null for all.</param>
    /// <param name="produce">Does the blocks that it is given, one after the other.</param>
    /// <param name="merge">Completes the result from every block.</param>
    /// <returns>Null where this run's share is done, and others' are not.</returns>
    public string? GetOrProduceByImages(StageKey key, int images, ImageShard? shard, Action<IEnumerable<ImageBlock>> produce, Action<DoneBlocks> merge) => Get(key, places =>
    {
        Action waiting = () => progress.Waiting(key.Stage);
        var blocks = new ImageBlocks(places, images, waiting, cancellation);
        using (StageLock.Share(places.Lock, waiting, cancellation))
        {
            if (Directory.Exists(places.Result)) return Obtained.FromOther;
            progress.Stage(key.Stage, report => produce(blocks.Claim(shard, report)));
        }

        return Merge(key, places, blocks, merge);
    });

    /// <summary>Puts a result together whose blocks other runs did; null where blocks are missing.</summary>
    public string? MergeByImages(StageKey key, int images, Action<DoneBlocks> merge) => Get(key, places => Merge(key, places, new ImageBlocks(places, images, () => progress.Waiting(key.Stage), cancellation), merge));

    private Obtained Merge(StageKey key, StagePlaces places, ImageBlocks blocks, Action<DoneBlocks> merge)
    {
        if (!blocks.AreDone) return Obtained.Nothing;
        using var held = StageLock.Take(places.Lock, () => progress.Waiting(key.Stage), cancellation);
        if (Directory.Exists(places.Result)) return Obtained.FromOther;
        Directory.CreateDirectory(blocks.Result);
        merge(blocks.Done);
        Complete(key, blocks.Result, places);
        return Obtained.Produced;
    }

    /// <param name="produce">Called where the result is not there.</param>
    /// <returns>Null where it could not be completed.</returns>
    private string? Get(StageKey key, Func<StagePlaces, Obtained> produce)
    {
        var elapsed = Stopwatch.StartNew();
        var places = StagePlaces.Of(root, key);
        if (Directory.Exists(places.Result) && !RemoveIfDamaged(key, places))
        {
            RemoveCheckpoint(key, places);
            return Reuse(key, places, elapsed);
        }

        var obtained = Guarded(key, places, produce);
        if (obtained == Obtained.Nothing) return null;
        if (obtained == Obtained.FromOther) return Reuse(key, places, elapsed);
        finished.Add(new FinishedStage(key.Stage, key.Hash, places.Result, false, elapsed.Elapsed, ResultMachine.Of(places.Result)));
        return places.Result;
    }

    private string Reuse(StageKey key, StagePlaces places, Stopwatch elapsed)
    {
        MarkAsUsed(places);
        progress.Reused(key.Stage, places.Result);
        finished.Add(new FinishedStage(key.Stage, key.Hash, places.Result, true, elapsed.Elapsed, ResultMachine.Of(places.Result)));
        return places.Result;
    }

    /// <summary>It stays where a run was killed when its result was whole and its checkpoint not yet gone.</summary>
    private void RemoveCheckpoint(StageKey key, StagePlaces places)
    {
        if (!Directory.Exists(places.Checkpoint)) return;
        try
        {
            using var held = StageLock.Take(places.Lock, () => progress.Waiting(key.Stage), cancellation);
            if (Directory.Exists(places.Result) && Directory.Exists(places.Checkpoint)) Directory.Delete(places.Checkpoint, recursive: true);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            // A store that can only be read is as good for reading.
        }
    }

    /// <summary>Looked at twice: another run may have made it again before the lock was ours.</summary>
    private bool RemoveIfDamaged(StageKey key, StagePlaces places)
    {
        if (ResultDigests.Fault(places.Result) is null) return false;
        return Guarded(key, places, _ =>
        {
            using var held = StageLock.Take(places.Lock, () => progress.Waiting(key.Stage), cancellation);
            if (!Directory.Exists(places.Result)) return Obtained.Nothing;
            if (ResultDigests.Fault(places.Result) is not { } fault) return Obtained.FromOther;
            progress.Damaged(key.Stage, places.Result, fault);
            if (Directory.Exists(places.Temporary)) Directory.Delete(places.Temporary, recursive: true);
            Directory.Move(places.Result, places.Temporary);
            Directory.Delete(places.Temporary, recursive: true);
            return Obtained.Nothing;
        }) == Obtained.Nothing;
    }

    /// <summary>Also what fails in other folders while a stage works, such as a run's own: that names its path itself.</summary>
    private Obtained Guarded(StageKey key, StagePlaces places, Func<StagePlaces, Obtained> produce)
    {
        try
        {
            return produce(places);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && exception.Message.Contains(Path.GetFullPath(root), StringComparison.Ordinal))
        {
            throw new ExperimentException($"{places.Result}: the result of stage '{key.Stage}' cannot be written: {exception.Message.TrimEnd('.')}. Free some space, or choose another folder with --store", exception);
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
            if (!Directory.Exists(places.Checkpoint) && new StoredStages(root).OtherLength(key) is { } length) progress.StartsAnew(key.Stage, length);
            progress.Stage(key.Stage, report => produce(new StageWork(key.Stage, places.Temporary, places.Checkpoint, report)));
            Complete(key, places.Temporary, places);
        }
        finally
        {
            if (Directory.Exists(places.Temporary)) Directory.Delete(places.Temporary, recursive: true);
        }
    }

    private void Complete(StageKey key, string folder, StagePlaces places)
    {
        File.WriteAllText(Path.Combine(folder, DescriptionFile), key.Description);
        ResultMachine.Current(Device).Write(folder);
        ResultDigests.Write(folder);
        Directory.Move(folder, places.Result);
        if (Directory.Exists(places.Checkpoint)) Directory.Delete(places.Checkpoint, recursive: true);
    }

    private enum Obtained
    {
        Nothing,
        Produced,
        FromOther,
    }
}
