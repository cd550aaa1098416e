using Pole.Data.Imaging;
using Pole.Data.Loading;
using Pole.Zoo.Affinity;
using Pole.Zoo.Optimizers;
using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>Training of IRNet's branches on confident labels (jiwoon-ahn/irn, step/train_irn.py).</summary>
public sealed class AffinityTraining : IDisposable
{
    private readonly AffinityNetwork network;
    private readonly RefinementOptions options;
    private readonly Device device;
    private readonly PairGrid grid;
    private readonly AffinityLoss loss;

    public AffinityTraining(AffinityNetwork network, RefinementOptions options, Device device)
    {
        (this.network, this.options, this.device) = (network, options, device);
        var side = options.Affinity.Crop / AffinityNetwork.Stride;
        if (side < 2 * options.PairRadius) throw new ExperimentException($"refinement: a crop of {options.Affinity.Crop} pixels has {side} cells, pairs of radius {options.PairRadius} need {2 * options.PairRadius}: raise affinity.crop or lower pair-radius");
        grid = new PairGrid(side, side, options.PairRadius);
        loss = new AffinityLoss(grid, device);
    }

    public void Run(LabelledBatches batches, int workers, IStageProgress progress, CancellationToken cancellation)
    {
        var training = options.Affinity;
        using var optimizer = new PolySgd(
            [new(network.EdgeParameters, training.LearningRate, training.WeightDecay), new(network.DisplacementParameters, training.LearningRate * training.ClassifierRate, training.WeightDecay)],
            training.Momentum, (long)batches.Count * training.Epochs);
        TrainingLoop.Run(network, batches, training, optimizer, Loss, workers, progress, cancellation);
    }

    /// <summary>The loss of a batch: a scalar.</summary>
    public Tensor Loss(LabelledBatch batch)
    {
        using var scope = NewDisposeScope();
        var labels = AffinityLabels.Find([.. batch.Labels.Select(map => PilResize.Rescale(map, 1.0 / AffinityNetwork.Stride))], grid).To(device);
        return loss.Compute(network.Compute(batch.Images().to(device)), labels).Total.MoveToOuterDisposeScope();
    }

    /// <summary>Sets the mean displacement to that of the images; call after <see cref="Run"/>.</summary>
    public void MeasureMeanDisplacement(IReadOnlyList<ISample> samples, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        network.MeanDisplacement.zero_();
        var means = new List<Tensor>();
        foreach (var sample in samples)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            means.Add(network.Compute(ImageTensors.Normalised(sample.LoadImage()).unsqueeze(0).to(device)).Displacements.mean([0L, 2L, 3L]).MoveToOuterDisposeScope());
        }

        network.MeanDisplacement.copy_(stack(means).mean([0L]));
    }

    public void Dispose() => loss.Dispose();
}
