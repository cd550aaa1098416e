using Pole.Data.Imaging;
using Pole.Data.Loading;
using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>Training of affinities on confident labels (jiwoon-ahn/irn, step/train_irn.py; jiwoon-ahn/psa, train_aff.py).</summary>
public static class AffinityTraining
{
    public static void Run(AffinityModel model, LabelledBatches batches, IReadOnlyList<ISample> samples, TrainingOptions options, ModuleContext modules, TrainingSession session)
    {
        BackboneNorms.Freeze(model, options.Norms);
        using var optimizer = TrainingOptimizer.Create(
            [new(model.BaseParameters, options.LearningRate, options.WeightDecay), new(model.HeadParameters, options.LearningRate * options.HeadLrMultiplier, options.WeightDecay)],
            options, options.Steps(batches.Count), modules);
        TrainingLoop.Run(new TrainingState(model, optimizer, norms: options.Norms), batches, options.Steps(batches.Count), options.Accumulate, batch => Loss(model, batch, modules.Device), session);
        model.Calibrate(samples.Count, index =>
        {
            session.Cancellation.ThrowIfCancellationRequested();
            return ImageTensors.Normalised(samples[index].LoadImage()).unsqueeze(0).to(modules.Device);
        });
    }

    /// <summary>The loss of a batch: a scalar.</summary>
    public static Tensor Loss(AffinityModel model, LabelledBatch batch, Device device)
    {
        using var scope = NewDisposeScope();
        return model.Loss(batch.Images().to(device), [.. batch.Labels.Select(map => PilResize.Rescale(map, 1.0 / model.Stride))]).MoveToOuterDisposeScope();
    }
}
