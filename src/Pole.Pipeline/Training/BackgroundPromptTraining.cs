using Pole.Data.Loading;
using Pole.Zoo.Objective;
using Pole.Zoo.Prompts.Learning;
using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>Training of a background prompt for each class, with the CAM network and CLIP frozen (SemPLeS, Lin et al. 2025, contrastive prompt learning): only the tokens get a gradient.</summary>
/// <param name="network">In evaluation mode; its maps are made without gradient.</param>
/// <param name="clip">Frozen, in evaluation mode.</param>
/// <param name="prompts">The texts of the classes, with <paramref name="learner"/> as the background prompts.</param>
public sealed class BackgroundPromptTraining(CamNetwork network, ClipModel clip, PromptTable prompts, BackgroundTokens learner, ObjectiveOptions objective, ModuleContext modules)
{
    private readonly JudgedObjective objective = new(objective, modules);

    public void Run(TrainingBatches batches, TrainingOptions training, TrainingSession session)
    {
        var steps = training.Steps(batches.Count);
        using var optimizer = TrainingOptimizer.Create([new ParameterGroup([.. learner.parameters()], training.LearningRate, training.WeightDecay)], training, steps, modules);
        using var buffers = new BatchBuffers(modules.Device);
        TrainingLoop.Run(new TrainingState(learner, optimizer), batches, steps, training.Accumulate, prepared => Loss(buffers.Fill(prepared)), session);
    }

    /// <summary>The objective of a batch, and each term before its weight; of a batch without objects, terms of maps alone, which train nothing.</summary>
    public TrainingLoss Loss(TrainingBatch batch)
    {
        using var scope = NewDisposeScope();
        var images = batch.Images.to(modules.Device);
        var pairs = batch.Samples.SelectMany((sample, image) => sample.PresentClasses.Select(present => (Image: image, Class: present))).ToList();
        var judged = new JudgedBatch(
            objective.Reads, Activations(images), images, pairs, clip, () => prompts.FeaturesOf(pairs.Select(pair => (batch.Samples[pair.Image].Id, pair.Class))), prompts.BackgroundFeatures,
            classBackgroundsOf: prompts.ClassBackgroundsOf(pairs.Select(pair => pair.Class)));
        var loss = objective.Of(judged);
        // Without objects the loss still needs a gradient path, for backward().
        return pairs.Count > 0 ? loss : loss with { Total = (loss.Total + learner.parameters().Single().sum() * 0).MoveToOuterDisposeScope() };
    }

    private Tensor Activations(Tensor images)
    {
        using var noGradient = no_grad();
        return objective.Activations(network, images);
    }
}
