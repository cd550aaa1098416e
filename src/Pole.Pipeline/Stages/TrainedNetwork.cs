using TorchSharp;
using Pole.Pipeline.Artifacts;
using Pole.Zoo.Cam;

namespace Pole.Pipeline.Stages;

/// <summary>A CAM network in the store.</summary>
internal sealed record TrainedNetwork(string Folder, string Key)
{
    public const string WeightsFile = "network.safetensors";

    /// <summary>The caller disposes the network.</summary>
    public CamNetwork Load(Experiment experiment, IDataset dataset, RunContext context)
    {
        var network = new CamNetwork(experiment.Backbone.Create(context.Modules), dataset.Classes.Count);
        WeightFiles.Read(Path.Combine(Folder, WeightsFile), network);
        network.to(context.Modules.Device);
        network.eval();
        return network;
    }
}
