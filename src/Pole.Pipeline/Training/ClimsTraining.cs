using Pole.Data.Loading;
using Pole.Zoo.Cam;
using Pole.Zoo.Clip;
using Pole.Zoo.Objective;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>Training of the CAM network with CLIP as the judge, each (image, class) judged by its own prompt (CVI-SZU/CLIMS, step/train_clims.py; POLE).</summary>
public sealed class ClimsTraining : IDisposable
{
    private readonly CamNetwork network;
    private readonly ClipModel clip;
    private readonly PromptTable prompts;
    private readonly AdaptorOptions options;
    private readonly ModuleContext modules;
    private readonly JudgedObjective objective;
    private readonly Adaptor? imageAdaptor, textAdaptor;

    public ClimsTraining(CamNetwork network, ClipModel clip, PromptTable prompts, ObjectiveOptions objective, AdaptorOptions adaptor, ModuleContext modules)
    {
        (this.network, this.clip, this.prompts, options, this.modules) = (network, clip, prompts, adaptor, modules);
        this.objective = new JudgedObjective(objective, modules);
        imageAdaptor = adaptor.Image?.Create(clip, modules).to(modules.Device);
        textAdaptor = adaptor.Text?.Create(clip, modules).to(modules.Device);
    }

    private IEnumerable<(string Name, Adaptor Module)> Adaptors => new[] { ("image", imageAdaptor), ("text", textAdaptor) }.Where(adaptor => adaptor.Item2 is not null)!;

    public void Run(TrainingBatches batches, TrainingOptions training, TrainingSession session)
    {
        BackboneNorms.Freeze(network, training.Norms);
        using var optimizer = TrainingOptimizer.Create(network, [([.. Adaptors.SelectMany(adaptor => adaptor.Module.parameters())], options.Rate), prompts.Learned], training, training.Steps(batches.Count), modules);
        var learner = new TrainingState(network, optimizer, [.. Adaptors.Select(adaptor => ($"{adaptor.Name}-adaptor", (nn.Module)adaptor.Module)), ("prompts", prompts.Learner)], training.Norms);
        using var buffers = new BatchBuffers(modules.Device);
        TrainingLoop.Run(learner, batches, training.Steps(batches.Count), training.Accumulate, prepared => Loss(buffers.Fill(prepared)), session);
    }

    /// <summary>The objective of a batch, and each term before its weight. Of a batch without objects, which CLIP has nothing to judge of, only terms of maps alone are left.</summary>
    public TrainingLoss Loss(TrainingBatch batch)
    {
        using var scope = NewDisposeScope();
        var images = batch.Images.to(modules.Device);
        var pairs = batch.Samples.SelectMany((sample, image) => sample.PresentClasses.Select(present => (Image: image, Class: present))).ToList();
        var judged = new JudgedBatch(
            objective.Reads, objective.Activations(network, images), images, pairs, clip,
            () => prompts.FeaturesOf(pairs.Select(pair => (batch.Samples[pair.Image].Id, pair.Class))), prompts.BackgroundFeatures,
            imageAdaptor, textAdaptor, options.AdaptBackgrounds ? textAdaptor : null, prompts.ClassBackgroundsOf(pairs.Select(pair => pair.Class)));

        var loss = objective.Of(judged);
        return loss with { Observed = [.. Ratios(), .. loss.Observed] };
    }

    public void Dispose()
    {
        foreach (var (_, adaptor) in Adaptors) adaptor.Dispose();
    }

    private List<(string Name, Tensor Value)> Ratios() =>
        [.. Adaptors.Select(adaptor => (Name: $"ratio.{adaptor.Name}", Value: adaptor.Module.LearnedRatio)).Where(adaptor => adaptor.Value is not null).Select(adaptor => (adaptor.Name, adaptor.Value!.detach().MoveToOuterDisposeScope()))];
}
