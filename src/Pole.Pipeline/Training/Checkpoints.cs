using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Pole.Pipeline.Artifacts;
using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>
/// What a training leaves so that it can be taken up bit for bit: weights, optimiser, torch's random numbers, the place in the data, and the
/// measurements so far. Each checkpoint is a folder <c>step-N</c> with the digests of its files, renamed when it is whole; it and the one before are kept, so that a damaged one costs no more than
/// the steps since that.
/// </summary>
/// <param name="folder">Stays when the training is cut off.</param>
/// <param name="result">Receives the measurements and the best network when it ends.</param>
public sealed class Checkpoints(string folder, string result, CheckpointInterval interval)
{
    /// <summary>The network after the epoch with the lowest mean loss.</summary>
    public const string BestFile = "best.safetensors";

    private const string StepPrefix = "step-", BestPrefix = "best-", Ending = ".safetensors", WeightsFile = $"weights{Ending}", OptimizerFile = "optimizer.bin", StateFile = "state.json", RandomKey = "random";

    private static readonly JsonSerializerOptions Format = new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private readonly Stopwatch sinceSaved = Stopwatch.StartNew();
    private readonly StringBuilder unwritten = new();
    private string? last, lastBest;

    /// <summary>The last checkpoint that was written to its end; null where there is none.</summary>
    public string? Last => Written().FirstOrDefault();

    private long LastStep => last is null ? 0 : StepOf(last)!.Value;

    private string MeasurementPath => Path.Combine(folder, MeasurementFile.Name);

    /// <summary>Takes up the last checkpoint that is whole, where there is one, and shows what it measured.</summary>
    internal void Resume(TrainingState learner, IStageProgress progress)
    {
        Directory.CreateDirectory(folder);
        foreach (var checkpoint in Written())
        {
            if (Fault(checkpoint) is not { } fault)
            {
                Load(checkpoint, learner);
                foreach (var measured in MeasurementFile.Read(MeasurementPath)) progress.Measure(measured);
                return;
            }

            progress.CheckpointDamaged(checkpoint, fault);
            Directory.Delete(checkpoint, recursive: true);
        }

        File.Delete(MeasurementPath);
    }

    /// <summary>Newest first.</summary>
    private List<string> Written() => !Directory.Exists(folder) ? []
        : [.. Directory.GetDirectories(folder, $"{StepPrefix}*").Where(path => !path.EndsWith(StagePlaces.TemporaryEnding, StringComparison.Ordinal) && StepOf(path) is not null).OrderByDescending(StepOf)];

    /// <returns>What is wrong; null for a whole checkpoint.</returns>
    private string? Fault(string checkpoint)
    {
        if (ResultDigests.Fault(checkpoint) is { } fault) return fault;
        var state = Read(checkpoint);
        return BestPath(state.BestEpoch) is { } best && (!File.Exists(best) || FileHash.Sha256(best) != state.BestDigest) ? $"{Path.GetFileName(best)} is not what was written" : null;
    }

    private static State Read(string checkpoint) => JsonSerializer.Deserialize<State>(File.ReadAllText(Path.Combine(checkpoint, StateFile)), Format) ?? throw new InvalidDataException($"{StateFile} is empty");

    private void Load(string checkpoint, TrainingState learner)
    {
        var state = Read(checkpoint);
        ReadTensors(Path.Combine(checkpoint, WeightsFile), learner);
        using (var reader = new BinaryReader(File.OpenRead(Path.Combine(checkpoint, OptimizerFile)))) learner.Optimizer.Load(reader);
        learner.Restore(state.Step, (state.EpochLoss, state.EpochBatches), state.BestEpoch is { } best ? (best, state.BestLoss) : null);
        (last, lastBest) = (checkpoint, BestPath(state.BestEpoch));
        // What was measured after the checkpoint is measured again; a file that was cut is not made longer.
        using var measurements = new FileStream(MeasurementPath, FileMode.OpenOrCreate, FileAccess.Write);
        if (state.MeasurementBytes < measurements.Length) measurements.SetLength(state.MeasurementBytes);
    }

    internal void Record(Measurement measurement) => unwritten.Append(MeasurementFile.Line(measurement)).Append('\n');

    internal void SaveIfDue(TrainingState learner)
    {
        if (sinceSaved.Elapsed >= interval.Time || (interval.Steps is { } steps && learner.Step - LastStep >= steps)) Save(learner);
    }

    /// <exception cref="ExperimentException">A weight is no longer a number; the checkpoint before stays.</exception>
    internal void Save(TrainingState learner)
    {
        if (learner.Step == LastStep) return;
        File.AppendAllText(MeasurementPath, unwritten.ToString());
        unwritten.Clear();
        var target = Path.Combine(folder, $"{StepPrefix}{learner.Step}");
        var temporary = target + StagePlaces.TemporaryEnding;
        if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        Directory.CreateDirectory(temporary);
        WriteTensors(Path.Combine(temporary, WeightsFile), learner);
        using (var writer = new BinaryWriter(File.Create(Path.Combine(temporary, OptimizerFile)))) learner.Optimizer.Save(writer);
        var best = BestPath(learner.Best?.Epoch);
        File.WriteAllText(Path.Combine(temporary, StateFile), JsonSerializer.Serialize(new State(
            learner.Step, learner.Epoch.Loss, learner.Epoch.Batches, learner.Best?.Epoch, learner.Best?.Loss ?? 0, best is null ? "" : FileHash.Sha256(best), new FileInfo(MeasurementPath).Length)));
        ResultDigests.Write(temporary);
        Directory.Move(temporary, target);
        foreach (var old in Directory.GetDirectories(folder, $"{StepPrefix}*").Where(path => path != target && path != last)) Directory.Delete(old, recursive: true);
        foreach (var old in Directory.GetFiles(folder, $"{BestPrefix}*").Where(path => path != best && path != lastBest)) File.Delete(old);
        (last, lastBest) = (target, best);
        sinceSaved.Restart();
    }

    /// <summary>Older ones stay until the next checkpoint, which may be taken up before this epoch ended.</summary>
    internal void KeepBest(TrainingState learner) => AtomicFile.Write(BestPath(learner.Best?.Epoch)!, path => NetworkFile.Write(path, learner.Network));

    /// <summary>Leaves the measurements and the best network in the result.</summary>
    internal void Complete(TrainingState learner)
    {
        // A run that is killed from here on has only the end of the training to do again.
        Save(learner);
        File.Copy(MeasurementPath, Path.Combine(result, MeasurementFile.Name), overwrite: true);
        if (BestPath(learner.Best?.Epoch) is { } best) File.Copy(best, Path.Combine(result, BestFile), overwrite: true);
    }

    private string? BestPath(int? epoch) => epoch is null ? null : Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{BestPrefix}{epoch}{Ending}"));

    private static long? StepOf(string path) => long.TryParse(Path.GetFileName(path)[StepPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;

    private static void WriteTensors(string path, TrainingState learner)
    {
        using var scope = NewDisposeScope();
        var tensors = learner.Tensors().ToDictionary(entry => entry.Name, entry => entry.Value.detach().cpu(), StringComparer.Ordinal);
        foreach (var (name, value) in tensors.Where(entry => entry.Value.is_floating_point()))
            if (!value.isfinite().all().item<bool>()) throw new ExperimentException($"the weights '{name}' are no longer numbers after step {learner.Step}: lower learning-rate");
        tensors[RandomKey] = random.get_rng_state();
        Safetensors.Write(path, tensors);
    }

    private static void ReadTensors(string path, TrainingState learner)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var stored = Safetensors.Read(path);
        foreach (var (name, target) in learner.Tensors())
            target.copy_(stored.TryGetValue(name, out var value) && value.shape.SequenceEqual(target.shape) ? value : throw new ExperimentException($"'{name}' is missing or of another shape"));
        random.set_rng_state(stored[RandomKey]);
    }

    private sealed record State(long Step, double EpochLoss, long EpochBatches, int? BestEpoch, double BestLoss, string BestDigest, long MeasurementBytes);
}
