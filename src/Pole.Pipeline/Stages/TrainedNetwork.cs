using TorchSharp;
using Pole.Pipeline.Artifacts;
using Pole.Zoo.Cam;
using Pole.Zoo.Weights;

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

    /// <summary>The backbone alone, on the CPU; the caller disposes it.</summary>
    public Backbone LoadBackbone(Experiment experiment, RunContext context)
    {
        const string prefix = "backbone.";
        var backbone = experiment.Backbone.Create(context.Modules);
        using var file = WeightFile.Open(Path.Combine(Folder, WeightsFile));
        StateDictionary.Load(backbone, file.Tensors, file.Path, key => key.StartsWith(prefix, StringComparison.Ordinal) ? key[prefix.Length..] : null);
        return backbone;
    }
}
