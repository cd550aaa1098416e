using Pole.Data.Loading;
using Pole.Zoo.Segmentation;
using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>Training of a segmentation network on masks (kazuto1011/deeplab-pytorch, main.py).</summary>
public static class SegmentationTraining
{
    private const double BiasRate = 2;

    public static void Run(SegmentationNetwork network, LabelledBatches batches, TrainingOptions options, SegmentationLoss loss, ModuleContext modules, TrainingSession session)
    {
        var rate = options.LearningRate * options.HeadLrMultiplier;
        BackboneNorms.Freeze(network, options.Norms);
        using var optimizer = TrainingOptimizer.Create(
            [new(network.BackboneParameters, options.LearningRate, options.WeightDecay), new(network.ClassifierWeights, rate, options.WeightDecay), new(network.ClassifierBiases, BiasRate * rate, 0)],
            options, options.Steps(batches.Count), modules);
        TrainingLoop.Run(new TrainingState(network, optimizer, norms: options.Norms), batches, options.Steps(batches.Count), options.Accumulate, batch => Loss(network, batch, modules.Device, loss), session);
    }

    /// <summary>The loss of a batch: a scalar.</summary>
    public static Tensor Loss(SegmentationNetwork network, LabelledBatch batch, Device device, SegmentationLoss loss = SegmentationLoss.CrossEntropy)
    {
        using var scope = NewDisposeScope();
        return PyramidLoss.Compute(network.Pyramid(batch.Images().to(device)), batch.Labels, loss).MoveToOuterDisposeScope();
    }
}
