using Pole.Pipeline.Evaluation;
using Pole.Pipeline.External;
using Pole.Pipeline.Stages;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Exporting;

/// <summary>A network that an experiment has trained, on the CPU.</summary>
public sealed class StoredNetwork : IDisposable
{
    private const string Background = "background", Cams = "cams", Logits = "logits";

    private readonly IReadOnlyList<string> classes;

    private StoredNetwork(string stage, nn.Module module, IReadOnlyList<string> classes, bool isLast) => (Stage, Module, this.classes, IsLast) = (stage, module, classes, isLast);

    /// <summary>The stage that trained it.</summary>
    public string Stage { get; }

    /// <summary>A <see cref="CamNetwork"/> or a <see cref="SegmentationNetwork"/>.</summary>
    public nn.Module Module { get; }

    /// <summary>No other stage goes on training it, so that the experiment's scores are its scores.</summary>
    public bool IsLast { get; }

    /// <summary>How it sees pixels.</summary>
    public PixelNormalisation Normalisation => Module is SegmentationNetwork segmentation ? segmentation.Normalisation : PixelNormalisation.ImageNet;

    /// <summary>What its output channels stand for.</summary>
    public IReadOnlyList<string> Labels => Module is SegmentationNetwork ? [Background, .. classes] : classes;

    /// <summary>The steps of the experiment's chain that measure this network; none where another is trained of it.</summary>
    public IReadOnlyList<string> MeasuredSteps => !IsLast ? [] : Module is SegmentationNetwork ? [SegmentationEvaluationStage.Step, SegmentationEvaluationStage.RefinedStep] : [ChainScore.Cam];

    /// <summary>Names and shapes of what it computes; names stand for sizes that depend on the images.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<object> Shape)> Outputs => Module is SegmentationNetwork
        ? [(Logits, ["batch", Labels.Count, "rows", "columns"])]
        : [(Cams, ["batch", Labels.Count, "rows", "columns"]), (Logits, ["batch", Labels.Count])];

    /// <param name="stage">The stage that trained the network; null for the segmentation network where the experiment has one, else the CAM network that it ends with.</param>
    /// <param name="classes">Of the data set, in label order.</param>
    /// <param name="weightsOf">The file of a stage's network.</param>
    /// <exception cref="ExperimentException">The experiment trains no such network, or its file is missing or damaged.</exception>
    public static StoredNetwork Open(Experiment experiment, string? stage, IReadOnlyList<string> classes, Func<string, string> weightsOf, ModuleContext modules)
    {
        var trainings = TrainedNetworks.Trainings(experiment);
        if (trainings.Count == 0) throw new ExperimentException($"{experiment.Name} trains no network that could be exported");
        var index = trainings.ToList().IndexOf(TrainedNetworks.Find(experiment, stage ?? trainings[^1].Stage));
        var ((name, isSegmentation), onCpu) = (trainings[index], modules with { Device = CPU });
        nn.Module module = isSegmentation ? TrainedNetworks.OpenSegmentationNetwork(experiment, weightsOf(name), classes.Count, onCpu) : TrainedNetworks.OpenCamNetwork(experiment, weightsOf(name), classes.Count, onCpu);
        return new StoredNetwork(name, module, classes, trainings.Skip(index + 1).All(later => later.IsSegmentation != isSegmentation));
    }

    /// <summary>The <see cref="Outputs"/> by torch.</summary>
    /// <param name="images"><c>[N, 3, H, W]</c>, normalised.</param>
    public IReadOnlyList<Tensor> Compute(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var outputs = Module is SegmentationNetwork segmentation ? [segmentation.Pyramid(images)[0]] : (Tensor[])[((CamNetwork)Module).Maps(images), ((CamNetwork)Module).Logits(images)];
        return [.. outputs.Select(output => output.MoveToOuterDisposeScope())];
    }

    public void Dispose() => Module.Dispose();
}
