using Pole.Data.Imaging;
using Pole.Data.Loading;
using Pole.Zoo.Optimizers;
using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>Training of affinities on confident labels (jiwoon-ahn/irn, step/train_irn.py; jiwoon-ahn/psa, train_aff.py).</summary>
public static class AffinityTraining
{
    public static void Run(AffinityModel model, LabelledBatches batches, IReadOnlyList<ISample> samples, TrainingOptions options, Device device, TrainingSession session)
    {
        using var optimizer = new PolySgd(
            [new(model.BaseParameters, options.LearningRate, options.WeightDecay), new(model.FastParameters, options.LearningRate * options.ClassifierRate, options.WeightDecay)],
            options.Momentum, options.Steps(batches.Count), options.RateInterval);
        TrainingLoop.Run(new TrainingState(model, optimizer), batches, options.Steps(batches.Count), options.Accumulate, batch => Loss(model, batch, device), session);
        model.Calibrate(samples.Count, index =>
        {
            session.Cancellation.ThrowIfCancellationRequested();
            return ImageTensors.Normalised(samples[index].LoadImage()).unsqueeze(0).to(device);
        });
    }

    /// <summary>The loss of a batch: a scalar.</summary>
    public static Tensor Loss(AffinityModel model, LabelledBatch batch, Device device)
    {
        using var scope = NewDisposeScope();
        return model.Loss(batch.Images().to(device), [.. batch.Labels.Select(map => PilResize.Rescale(map, 1.0 / model.Stride))]).MoveToOuterDisposeScope();
    }
}
