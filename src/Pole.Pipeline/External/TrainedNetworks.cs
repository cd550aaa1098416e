using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Stages;
using TorchSharp;

namespace Pole.Pipeline.External;

/// <summary>The networks of an experiment that images from anywhere can be shown to, made of files of their weights: neither the data set nor published weights have to be there.</summary>
public static class TrainedNetworks
{
    /// <summary>Every stage that trains a network of images, in the order of the chain; none where CAMs come from CLIP alone, or from a published network.</summary>
    public static IReadOnlyList<(string Stage, bool IsSegmentation)> Trainings(Experiment experiment) =>
        [.. StageGraph.Of(experiment).Nodes.Where(node => node.IsStored).SelectMany(node => node.Stage.Fills.Select(fill => fill.Slot).Where(slot => slot == PipelineSlots.Network || slot == PipelineSlots.Segmentation).Select(slot => (node.Name, slot == PipelineSlots.Segmentation)))];

    /// <exception cref="ExperimentException">The experiment has no such stage.</exception>
    public static (string Stage, bool IsSegmentation) Find(Experiment experiment, string stage)
    {
        var trainings = Trainings(experiment);
        return trainings.FirstOrDefault(training => training.Stage == stage) is { Stage: not null } found ? found : throw new ExperimentException($"{experiment.Name} has no network '{stage}'; it has {string.Join(", ", trainings.Select(training => training.Stage))}");
    }

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
    public static SegmentationNetwork OpenSegmentationNetwork(Experiment experiment, string weights, int classes, ModuleContext modules)
    {
        var segmentation = experiment.Segmentation!;
        var network = segmentation.Network.Create(new SegmentationBase(classes + 1, () => (segmentation.Backbone ?? experiment.Backbone!).Create(Unweighted(modules))) { ClipShape = (experiment.Clip as IClipShape)?.Shape }, Unweighted(modules));
        return Read(network, weights, modules);
    }

    /// <summary>The segmentation network as the experiment ends with it.</summary>
    /// <inheritdoc cref="OpenCamNetwork"/>
    public static SegmentationInference OpenSegmentation(Experiment experiment, string weights, int classes, ModuleContext modules) =>
        new(OpenSegmentationNetwork(experiment, weights, classes, modules), classes + 1, experiment.Segmentation!.Crf, modules.Device);

    private static T Read<T>(T network, string weights, ModuleContext modules) where T : torch.nn.Module
    {
        NetworkFile.Read(weights, network);
        network.to(modules.Device);
        network.eval();
        return network;
    }

    private static ModuleContext Unweighted(ModuleContext modules) => modules with { WithoutWeights = true };
}
