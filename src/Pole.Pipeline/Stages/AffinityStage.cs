using Pole.Data.Imaging;
using Pole.Data.Loading;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Training;
using TorchSharp;

namespace Pole.Pipeline.Stages;

/// <summary>Trains the affinities on confident labels.</summary>
internal static class AffinityStage
{
    public const string Name = "affinity";

    private const int Version = 2;
    private const string WeightsFile = "affinity.safetensors";

    public static StageKey KeyOf(Experiment experiment, string labelsKey, string backboneKey) =>
        new(Name, Version, [experiment.Refinement!.Affinity, experiment.Refinement.Training, experiment.Seed], [labelsKey, backboneKey]);

    /// <returns>The model, which the caller disposes, and the key.</returns>
    public static (AffinityModel Model, string Key) Train(Experiment experiment, CamInput input, BackboneSource backbone, string labelsFolder, string labelsKey, RunContext context)
    {
        var refinement = experiment.Refinement!;
        var key = KeyOf(experiment, labelsKey, backbone.Key);
        var folder = context.Store.GetOrProduce(key, work =>
        {
            torch.random.manual_seed(experiment.Seed);
            using var model = Build(refinement, backbone, context);
            var batches = new LabelledBatches(input.Samples, sample => ImageCodec.ReadLabels(Path.Combine(labelsFolder, $"{sample.Id}.png")), PixelNormalisation.ImageNet, refinement.Training, experiment.Seed);
            AffinityTraining.Run(model, batches, input.Samples, refinement.Training, context.Modules.Device, context.Session(work));
            WeightFiles.Write(Path.Combine(work.Folder, WeightsFile), model);
        });
        var loaded = Build(refinement, backbone, context);
        WeightFiles.Read(Path.Combine(folder, WeightsFile), loaded);
        loaded.eval();
        return (loaded, key.Hash);
    }

    private static AffinityModel Build(RefinementOptions refinement, BackboneSource backbone, RunContext context)
    {
        var model = refinement.Affinity.Create(context.Modules).Build(backbone.Make());
        model.to(context.Modules.Device);
        return model;
    }
}
