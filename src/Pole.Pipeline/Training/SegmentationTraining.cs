using Pole.Data.Loading;
using Pole.Zoo.Optimizers;
using Pole.Zoo.Segmentation;
using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>Training of a segmentation network on masks (kazuto1011/deeplab-pytorch, main.py).</summary>
public static class SegmentationTraining
{
    private const double BiasRate = 2;

    public static void Run(SegmentationNetwork network, LabelledBatches batches, TrainingOptions options, Device device, TrainingSession session)
    {
        var rate = options.LearningRate * options.ClassifierRate;
        using var optimizer = new PolySgd(
            [new(network.BackboneParameters, options.LearningRate, options.WeightDecay), new(network.ClassifierWeights, rate, options.WeightDecay), new(network.ClassifierBiases, BiasRate * rate, 0)],
            options.Momentum, options.Steps(batches.Count), options.RateInterval);
        TrainingLoop.Run(new TrainingState(network, optimizer), batches, options.Steps(batches.Count), options.Accumulate, batch => Loss(network, batch, device), session);
    }

    /// <summary>The loss of a batch: a scalar.</summary>
    public static Tensor Loss(SegmentationNetwork network, LabelledBatch batch, Device device)
    {
        using var scope = NewDisposeScope();
        return PyramidLoss.Compute(network.Pyramid(batch.Images().to(device)), batch.Labels).MoveToOuterDisposeScope();
    }
}
