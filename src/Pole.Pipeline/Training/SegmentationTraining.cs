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
        var (state, steps) = (new TrainingState(network, optimizer, norms: options.Norms), options.Steps(batches.Count));
        TrainingLoop.Run(state, batches, steps, options.Accumulate, batch => network is ISegmentationObjective own ? OwnLoss(own, batch, (double)state.Step / steps, modules.Device, loss) : Loss(network, batch, modules.Device, loss), session);
    }

    /// <summary>The loss of a batch as the network has it.</summary>
    /// <param name="progress">Share of the training's steps that are done.</param>
    public static TrainingLoss OwnLoss(ISegmentationObjective network, LabelledBatch batch, double progress, Device device, SegmentationLoss loss = SegmentationLoss.CrossEntropy)
    {
        using var scope = NewDisposeScope();
        var terms = network.Terms(new SegmentationBatch(batch.Images().to(device), batch.Labels, loss) { Classes = batch.Classes, Progress = progress });
        var total = terms.Select(term => term.Value * term.Weight).Aggregate((sum, next) => sum + next);
        return new TrainingLoss(total.MoveToOuterDisposeScope(), [.. terms.Select(term => (term.Name, term.Value.MoveToOuterDisposeScope()))]);
    }

    /// <summary>The loss of a batch: a scalar.</summary>
    public static Tensor Loss(SegmentationNetwork network, LabelledBatch batch, Device device, SegmentationLoss loss = SegmentationLoss.CrossEntropy)
    {
        using var scope = NewDisposeScope();
        return PyramidLoss.Compute(network.Pyramid(batch.Images().to(device)), batch.Labels, loss).MoveToOuterDisposeScope();
    }
}
