using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Stages;
using TorchSharp;

namespace Pole.Pipeline.External;

/// <summary>The networks of an experiment that images from anywhere can be shown to, made of files of their weights: neither the data set nor published weights have to be there.</summary>
public static class FinalNetwork
{
    /// <summary>The stage that trains the segmentation network; null where the experiment has none.</summary>
    public static string? SegmentationStage(Experiment experiment) => Trained(experiment, PipelineSlots.Segmentation);

    /// <summary>The stage that trains the network that CAMs are read from; null where they come from CLIP alone, or from a published network.</summary>
    public static string? CamStage(Experiment experiment) => Trained(experiment, PipelineSlots.Network);

    /// <summary>The stage that trains a network as a classifier of image-level labels; null where none does.</summary>
    public static string? ClassifierStage(Experiment experiment) => StageGraph.Of(experiment).Nodes.FirstOrDefault(node => node.Stage is BaselineStage)?.Name;

    /// <param name="weights">As the stage leaves them.</param>
    /// <param name="classes">Number of classes of the data set.</param>
    /// <returns>The network in inference mode, which the caller disposes.</returns>
    /// <exception cref="ExperimentException">The file is missing or damaged, or of another network.</exception>
    public static CamNetwork OpenCamNetwork(Experiment experiment, string weights, int classes, ModuleContext modules)
    {
        var network = TrainedNetwork.Create(experiment.Cam.Network, experiment.Backbone!, classes, Unweighted(modules));
        return Read(network, weights, modules);
    }

    /// <inheritdoc cref="OpenCamNetwork"/>
    public static SegmentationInference OpenSegmentation(Experiment experiment, string weights, int classes, ModuleContext modules)
    {
        var segmentation = experiment.Segmentation!;
        var network = segmentation.Network.Create(new SegmentationBase(classes + 1, () => (segmentation.Backbone ?? experiment.Backbone!).Create(Unweighted(modules))), Unweighted(modules));
        return new SegmentationInference(Read(network, weights, modules), classes + 1, segmentation.Crf, modules.Device);
    }

    private static T Read<T>(T network, string weights, ModuleContext modules) where T : torch.nn.Module
    {
        NetworkFile.Read(weights, network);
        network.to(modules.Device);
        network.eval();
        return network;
    }

    private static ModuleContext Unweighted(ModuleContext modules) => modules with { WithoutWeights = true };

    private static string? Trained(Experiment experiment, Slot slot) => StageGraph.Of(experiment).Filling(slot) is { IsStored: true } node ? node.Name : null;
}
