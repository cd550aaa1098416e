using Pole.Zoo.Optimizers;
using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>Networks, optimiser and progress of a training.</summary>
/// <param name="network">What is kept of the training.</param>
/// <param name="optimizer">Owned by the caller.</param>
/// <param name="others">What learns beside the network, by name.</param>
/// <param name="norms">What the batch norms of the network's backbone do; null for moving.</param>
public sealed class TrainingState(nn.Module network, ScheduledOptimizer optimizer, IReadOnlyList<(string Name, nn.Module Module)>? others = null, NormMode? norms = null)
{
    private readonly Dictionary<string, double> sums = new(StringComparer.Ordinal);
    private int batches;

    public nn.Module Network => network;

    public ScheduledOptimizer Optimizer => optimizer;

    /// <summary>Optimiser steps done.</summary>
    public long Step { get; private set; }

    /// <summary>Sum of the losses of the epoch so far, and their number.</summary>
    public (double Loss, long Batches) Epoch { get; private set; }

    /// <summary>The epoch with the lowest mean loss, from 1, and that loss; null before the first has ended.</summary>
    public (int Epoch, double Loss)? Best { get; private set; }

    /// <summary>Everything that learns or counts, by name; the tensors are the modules'.</summary>
    public IEnumerable<(string Name, Tensor Value)> Tensors()
    {
        foreach (var (prefix, module) in (others ?? []).Prepend(("network", network)))
        {
            foreach (var (name, parameter) in module.named_parameters()) yield return ($"{prefix}.{name}", parameter);
            foreach (var (name, buffer) in module.named_buffers()) yield return ($"{prefix}.{name}", buffer);
        }
    }

    /// <summary>Sets the network to training mode.</summary>
    internal void Train() => BackboneNorms.Train(network, norms);

    /// <summary>Takes up where another training stopped; the tensors are set by the caller.</summary>
    public void Restore(long step, (double Loss, long Batches) epoch, (int Epoch, double Loss)? best) => (Step, Epoch, Best) = (step, epoch, best);

    internal void Add(LossValues loss)
    {
        foreach (var (name, value) in loss.Terms.Select(term => ($"loss.{term.Name}", term.Value)).Prepend(("loss", loss.Total)).Concat(loss.Observed)) sums[name] = sums.GetValueOrDefault(name) + value;
        batches++;
        Epoch = (Epoch.Loss + loss.Total, Epoch.Batches + 1);
    }

    /// <returns>Means over the batches of the step, and the rates that it used.</returns>
    internal Measurement EndStep(string stage, int epoch)
    {
        Step++;
        var values = sums.ToDictionary(sum => sum.Key, sum => sum.Value / batches, StringComparer.Ordinal);
        foreach (var (rate, group) in optimizer.LearningRates.Select((rate, group) => (rate, group))) values[$"rate.{group}"] = rate;
        sums.Clear();
        batches = 0;
        return new Measurement(stage, Step, epoch, values);
    }

    /// <returns>Whether the epoch was the best so far.</returns>
    internal bool EndEpoch(int epoch)
    {
        var mean = Epoch.Loss / Epoch.Batches;
        Epoch = (0, 0);
        if (Best is { } best && best.Loss <= mean) return false;
        Best = (epoch, mean);
        return true;
    }
}
