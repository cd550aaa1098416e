using Pole.Data.Loading;
using Pole.Zoo.Cam;
using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>Training of the CAM network as a classifier on image-level labels (CVI-SZU/CLIMS, step/train_cam.py).</summary>
public static class BaselineTraining
{
    public static void Run(CamNetwork network, TrainingBatches batches, TrainingOptions options, ModuleContext modules, TrainingSession session)
    {
        BackboneNorms.Freeze(network, options.Norms);
        using var optimizer = TrainingOptimizer.Create(network, [], options, options.Steps(batches.Count), modules);
        using var buffers = new BatchBuffers(modules.Device);
        TrainingLoop.Run(new TrainingState(network, optimizer, norms: options.Norms), batches, options.Steps(batches.Count), options.Accumulate, prepared => Loss(network, buffers.Fill(prepared), modules.Device), session);
    }

    /// <summary>Multi-label soft-margin loss of the logits: a scalar.</summary>
    public static Tensor Loss(CamNetwork network, TrainingBatch batch, Device device)
    {
        using var scope = NewDisposeScope();
        return nn.functional.multilabel_soft_margin_loss(network.Logits(batch.Images.to(device)), batch.Labels.to(device)).MoveToOuterDisposeScope();
    }
}
