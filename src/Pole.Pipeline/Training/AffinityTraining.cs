using Pole.Data.Imaging;
using Pole.Data.Loading;
using Pole.Zoo.Optimizers;
using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>Training of affinities on confident labels (jiwoon-ahn/irn, step/train_irn.py; jiwoon-ahn/psa, train_aff.py).</summary>
public static class AffinityTraining
{
    public static void Run(AffinityModel model, LabelledBatches batches, IReadOnlyList<ISample> samples, TrainingOptions options, ModuleContext modules, IStageProgress progress, CancellationToken cancellation)
    {
        using var optimizer = new PolySgd(
            [new(model.BaseParameters, options.LearningRate, options.WeightDecay), new(model.FastParameters, options.LearningRate * options.ClassifierRate, options.WeightDecay)],
            options.Momentum, options.Steps(batches.Count), options.RateInterval);
        TrainingLoop.Run(model, batches, options, optimizer, batch => Loss(model, batch, modules.Device), modules.Workers, progress, cancellation);
        model.Calibrate(samples.Count, index =>
        {
            cancellation.ThrowIfCancellationRequested();
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
