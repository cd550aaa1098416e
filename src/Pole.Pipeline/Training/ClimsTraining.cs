using TorchSharp;
using Pole.Data.Loading;
using Pole.Zoo.Adaptors;
using Pole.Zoo.Cam;
using Pole.Zoo.Clims;
using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>Training of the CAM network under the CLIMS losses, each (image, class) judged by its own prompt (CVI-SZU/CLIMS, step/train_clims.py; POLE).</summary>
public sealed class ClimsTraining(CamNetwork network, ClipModel clip, PromptTable prompts, ClimsLossOptions loss, AdaptorOptions adaptor, Device device) : IDisposable
{
    private readonly ResidualAdaptor imageAdaptor = new ResidualAdaptor(clip.EmbeddingSize, adaptor.ImageRatio, adaptor.Reduction).to(device);
    private readonly ResidualAdaptor textAdaptor = new ResidualAdaptor(clip.EmbeddingSize, adaptor.TextRatio, adaptor.Reduction).to(device);

    public void Run(TrainingBatches batches, TrainingOptions options, int workers, IStageProgress progress, CancellationToken cancellation)
    {
        using var optimizer = CamOptimizer.Create(network, [([.. imageAdaptor.parameters(), .. textAdaptor.parameters()], adaptor.Rate), prompts.Learned], options, options.Steps(batches.Count));
        TrainingLoop.Run(network, batches, options, optimizer, prepared => Loss(prepared.ToTensors()), workers, progress, cancellation);
    }

    /// <summary>The weighted CLIMS losses of a batch: a scalar.</summary>
    public Tensor Loss(TrainingBatch batch)
    {
        using var scope = NewDisposeScope();
        var images = batch.Images.to(device);
        var pairs = batch.Samples.SelectMany((sample, image) => sample.PresentClasses.Select(present => (Image: image, Class: present))).ToList();
        var activations = network.Activations(images);
        // A batch without objects has nothing to judge; its maps are only kept small.
        if (pairs.Count == 0) return (activations.mean() * loss.Reg).MoveToOuterDisposeScope();

        var features = prompts.FeaturesOf(pairs.Select(pair => (batch.Samples[pair.Image].Id, pair.Class)));
        return new ClimsObjective(clip, loss, imageAdaptor, textAdaptor).Compute(activations, images, pairs, features, prompts.BackgroundFeatures).Total.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        imageAdaptor.Dispose();
        textAdaptor.Dispose();
    }
}
