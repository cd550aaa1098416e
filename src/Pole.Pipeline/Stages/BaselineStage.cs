using Pole.Data.Loading;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Training;
using Pole.Zoo.Cam;
using Pole.Zoo.Weights;
using TorchSharp;

namespace Pole.Pipeline.Stages;

/// <summary>Trains the baseline CAM network. Every experiment with the same data, backbone and baseline settings shares it.</summary>
internal static class BaselineStage
{
    public const string Name = "baseline";

    private const int Version = 2;

    public static StageKey KeyOf(Experiment experiment, IDataset dataset, ModuleContext modules) => experiment.BaselineWeights is { } file
        ? new StageKey(Name, Version, [experiment.Dataset, dataset.Version, dataset.Skipped, experiment.Backbone, FileHash.Sha256(Published(file).Locate(modules))], [])
        : new StageKey(Name, Version, [experiment.Dataset, dataset.Version, dataset.Skipped, experiment.Backbone, experiment.Baseline, experiment.Seed], []);

    public static TrainedNetwork Train(Experiment experiment, IDataset dataset, RunContext context)
    {
        if (experiment.BaselineWeights is { } file) return Import(experiment, file, dataset, context);

        var key = KeyOf(experiment, dataset, context.Modules);
        var folder = context.Store.GetOrProduce(key, work =>
        {
            torch.random.manual_seed(experiment.Seed);
            using var network = new CamNetwork(experiment.Backbone.Create(context.Modules), dataset.Classes.Count);
            network.to(context.Modules.Device);
            var batches = new TrainingBatches(dataset.Samples(dataset.TrainSplit), dataset.Classes.Count, experiment.Baseline, experiment.Seed);
            BaselineTraining.Run(network, batches, experiment.Baseline, context.Modules.Device, context.Session(work));
            WeightFiles.Write(Path.Combine(work.Folder, TrainedNetwork.WeightsFile), network);
        });
        return new TrainedNetwork(folder, key.Hash);
    }

    private static TrainedNetwork Import(Experiment experiment, string file, IDataset dataset, RunContext context)
    {
        var key = KeyOf(experiment, dataset, context.Modules);
        var folder = context.Store.GetOrProduce(key, work =>
        {
            using var weights = Published(file).Open(context.Modules);
            using var network = new CamNetwork(experiment.Backbone.Create(context.Modules), dataset.Classes.Count);
            CamCheckpoint.Load(network, weights);
            WeightFiles.Write(Path.Combine(work.Folder, TrainedNetwork.WeightsFile), network);
        });
        return new TrainedNetwork(folder, key.Hash);
    }

    private static PublishedWeights Published(string file) => new(file, "the checkpoints in the README of https://github.com/CVI-SZU/CLIMS, or from a training of your own");
}
