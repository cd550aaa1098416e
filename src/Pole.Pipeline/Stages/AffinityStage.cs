using Pole.Data.Imaging;
using Pole.Data.Loading;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Training;
using Pole.Zoo.Affinity;
using TorchSharp;

namespace Pole.Pipeline.Stages;

/// <summary>Trains the affinity network on confident labels, on the backbone of the CAM network.</summary>
internal static class AffinityStage
{
    private const int Version = 1;
    private const string WeightsFile = "affinity.safetensors";

    /// <returns>The network, which the caller disposes, and the key.</returns>
    public static (AffinityNetwork Network, string Key) Train(Experiment experiment, IDataset dataset, TrainedNetwork trained, string labelsFolder, string labelsKey, RunContext context)
    {
        var refinement = experiment.Refinement!;
        var device = context.Modules.Device;
        var key = new StageKey("affinity", Version, [refinement.Affinity, refinement.PairRadius, experiment.Seed], [labelsKey, trained.Key]);
        var folder = context.Store.GetOrProduce(key, (target, progress) =>
        {
            torch.random.manual_seed(experiment.Seed);
            using var network = new AffinityNetwork(trained.LoadBackbone(experiment, context));
            network.to(device);
            using var training = new AffinityTraining(network, refinement, device);
            var samples = dataset.Samples(dataset.TrainSplit);
            training.Run(new LabelledBatches(samples, sample => ImageCodec.ReadLabels(Path.Combine(labelsFolder, $"{sample.Id}.png")), PixelNormalisation.ImageNet, refinement.Affinity, experiment.Seed),
                context.Modules.Workers, progress, context.Cancellation);
            training.MeasureMeanDisplacement(samples, context.Cancellation);
            WeightFiles.Write(Path.Combine(target, WeightsFile), network);
        });
        var loaded = new AffinityNetwork(trained.LoadBackbone(experiment, context));
        WeightFiles.Read(Path.Combine(folder, WeightsFile), loaded);
        loaded.to(device);
        loaded.eval();
        return (loaded, key.Hash);
    }
}
