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

    public void Run(TrainingBatches batches, TrainingOptions options, TrainingSession session)
    {
        using var optimizer = CamOptimizer.Create(network, [([.. imageAdaptor.parameters(), .. textAdaptor.parameters()], adaptor.Rate), prompts.Learned], options, options.Steps(batches.Count));
        var learner = new TrainingState(network, optimizer, [("image-adaptor", imageAdaptor), ("text-adaptor", textAdaptor), ("prompts", prompts.Learner)]);
        using var buffers = new BatchBuffers(device);
        TrainingLoop.Run(learner, batches, options.Steps(batches.Count), options.Accumulate, prepared => Loss(buffers.Fill(prepared)), session);
    }

    /// <summary>The weighted CLIMS losses of a batch, and each before its weight.</summary>
    public TrainingLoss Loss(TrainingBatch batch)
    {
        using var scope = NewDisposeScope();
        var images = batch.Images.to(device);
        var pairs = batch.Samples.SelectMany((sample, image) => sample.PresentClasses.Select(present => (Image: image, Class: present))).ToList();
        var activations = network.Activations(images);
        // A batch without objects has nothing to judge; its maps are only kept small.
        if (pairs.Count == 0)
        {
            var reg = activations.mean().MoveToOuterDisposeScope();
            return new TrainingLoss((reg * loss.Reg).MoveToOuterDisposeScope(), [("reg", reg)]);
        }

        var features = prompts.FeaturesOf(pairs.Select(pair => (batch.Samples[pair.Image].Id, pair.Class)));
        var terms = new ClimsObjective(clip, loss, imageAdaptor, textAdaptor).Compute(activations, images, pairs, features, prompts.BackgroundFeatures);
        return new TrainingLoss(terms.Total.MoveToOuterDisposeScope(), [("otm", Kept(terms.Otm)), ("btm", Kept(terms.Btm)), ("cbs", Kept(terms.Cbs)), ("reg", Kept(terms.Reg))]);

        static Tensor Kept(Tensor term) => term.detach().MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        imageAdaptor.Dispose();
        textAdaptor.Dispose();
    }
}
