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
/// measurements so far. Each checkpoint is a folder <c>step-N</c> that is renamed when it is whole; the one before goes when it is.
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
    private long lastStep;

    /// <summary>The last whole checkpoint; null where there is none.</summary>
    public string? Last => !Directory.Exists(folder) ? null : Directory.GetDirectories(folder, $"{StepPrefix}*").Where(path => !path.EndsWith(StagePlaces.TemporaryEnding, StringComparison.Ordinal)).Where(path => StepOf(path) is not null).MaxBy(StepOf);

    private string MeasurementPath => Path.Combine(folder, MeasurementFile.Name);

    /// <summary>Takes up the last checkpoint, where there is one, and shows what it measured.</summary>
    /// <exception cref="ExperimentException">The checkpoint is damaged.</exception>
    internal void Resume(TrainingState learner, IStageProgress progress)
    {
        Directory.CreateDirectory(folder);
        if (Last is not { } last)
        {
            File.Delete(MeasurementPath);
            return;
        }

        try
        {
            InputFile.Read(last, "a checkpoint", "it was cut off or changed", () => Load(last, learner));
        }
        catch (ExperimentException exception)
        {
            throw new ExperimentException($"{last}: the checkpoint is damaged ({exception.Message}); delete {folder} to train anew", exception);
        }

        foreach (var measured in MeasurementFile.Read(MeasurementPath)) progress.Measure(measured);
    }

    private void Load(string last, TrainingState learner)
    {
        var state = JsonSerializer.Deserialize<State>(File.ReadAllText(Path.Combine(last, StateFile)), Format) ?? throw new InvalidDataException($"{StateFile} is empty");
        ReadTensors(Path.Combine(last, WeightsFile), learner);
        using (var reader = new BinaryReader(File.OpenRead(Path.Combine(last, OptimizerFile)))) learner.Optimizer.Load(reader);
        learner.Restore(state.Step, (state.EpochLoss, state.EpochBatches), state.BestEpoch is { } best ? (best, state.BestLoss) : null);
        lastStep = state.Step;
        // What was measured after the checkpoint is measured again; a file that was cut is not made longer.
        using var measurements = new FileStream(MeasurementPath, FileMode.OpenOrCreate, FileAccess.Write);
        if (state.MeasurementBytes < measurements.Length) measurements.SetLength(state.MeasurementBytes);
    }

    internal void Record(Measurement measurement) => unwritten.Append(MeasurementFile.Line(measurement)).Append('\n');

    internal void SaveIfDue(TrainingState learner)
    {
        if (sinceSaved.Elapsed >= interval.Time || (interval.Steps is { } steps && learner.Step - lastStep >= steps)) Save(learner);
    }

    /// <exception cref="ExperimentException">A weight is no longer a number; the checkpoint before stays.</exception>
    internal void Save(TrainingState learner)
    {
        if (learner.Step == lastStep) return;
        File.AppendAllText(MeasurementPath, unwritten.ToString());
        unwritten.Clear();
        var target = Path.Combine(folder, $"{StepPrefix}{learner.Step}");
        var temporary = target + StagePlaces.TemporaryEnding;
        if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        Directory.CreateDirectory(temporary);
        WriteTensors(Path.Combine(temporary, WeightsFile), learner);
        using (var writer = new BinaryWriter(File.Create(Path.Combine(temporary, OptimizerFile)))) learner.Optimizer.Save(writer);
        File.WriteAllText(Path.Combine(temporary, StateFile), JsonSerializer.Serialize(new State(learner.Step, learner.Epoch.Loss, learner.Epoch.Batches, learner.Best?.Epoch, learner.Best?.Loss ?? 0, new FileInfo(MeasurementPath).Length)));
        Directory.Move(temporary, target);
        foreach (var old in Directory.GetDirectories(folder, $"{StepPrefix}*").Where(path => path != target)) Directory.Delete(old, recursive: true);
        foreach (var old in Directory.GetFiles(folder, $"{BestPrefix}*").Where(path => path != BestPath(learner))) File.Delete(old);
        lastStep = learner.Step;
        sinceSaved.Restart();
    }

    /// <summary>Older ones stay until the next checkpoint, which may be taken up before this epoch ended.</summary>
    internal void KeepBest(TrainingState learner) => AtomicFile.Write(BestPath(learner)!, path => NetworkFile.Write(path, learner.Network));

    /// <summary>Leaves the measurements and the best network in the result.</summary>
    internal void Complete(TrainingState learner)
    {
        // A run that is killed from here on has only the end of the training to do again.
        Save(learner);
        File.Copy(MeasurementPath, Path.Combine(result, MeasurementFile.Name), overwrite: true);
        if (BestPath(learner) is { } best) File.Copy(best, Path.Combine(result, BestFile), overwrite: true);
    }

    private string? BestPath(TrainingState learner) => learner.Best is { } best ? Path.Combine(folder, $"{BestPrefix}{best.Epoch}{Ending}") : null;

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

    private sealed record State(long Step, double EpochLoss, long EpochBatches, int? BestEpoch, double BestLoss, long MeasurementBytes);
}
