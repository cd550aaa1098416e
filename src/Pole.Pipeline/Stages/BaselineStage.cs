using Pole.Data.Loading;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Training;
using Pole.Zoo.Cam;
using Pole.Zoo.Weights;
using TorchSharp;

namespace Pole.Pipeline.Stages;

/// <summary>Trains the baseline CAM network. Every experiment with the same data, backbone and baseline settings shares it.</summary>
internal sealed class BaselineStage : Stage
{
    private static readonly SpecValue<TrainingOptions?> Training = SpecValue.Of(experiment => experiment.Baseline);

    public override string Name => "baseline";

    public override int Version => 2;

    public override IReadOnlyList<SpecValue> Reads => [TrainedNetwork.Network, TrainedNetwork.Backbone, Training, SpecValues.Seed];

    public override IReadOnlyList<DataInput> Data => [DataInput.Train(SampleParts.Images | SampleParts.Classes)];

    public override IReadOnlyList<FilledSlot> Fills => [FilledSlot.Of(PipelineSlots.Network, TrainedNetwork.Open), FilledSlot.Of(PipelineSlots.Baseline, TrainedNetwork.Open)];

    public override bool AppliesTo(Experiment experiment) => experiment is { BaselineWeights: null, Cam.Source: null };

    public override IReadOnlyList<string> WeightFiles(StageSpec spec, ModuleContext context) => InitialWeights.Files(spec.Read(Training), context);

    public override void Produce(StageRun run, StageWork work)
    {
        var (options, seed, classes) = (run.Spec.Read(Training)!, run.Spec.Read(SpecValues.Seed), run.Dataset.Classes.Count);
        torch.random.manual_seed(seed);
        using var network = TrainedNetwork.Create(run);
        InitialWeights.Load(options, network, run.Modules);
        network.to(run.Modules.Device);
        BaselineTraining.Run(network, new TrainingBatches(run.Samples(run.Dataset.TrainSplit), classes, options, seed), options, run.Modules, run.Session(work));
        NetworkFile.Write(Path.Combine(work.Folder, TrainedNetwork.WeightsFile), network);
    }
}

/// <summary>Takes the baseline CAM network from a checkpoint that someone else trained.</summary>
internal sealed class ImportedBaselineStage : Stage
{
    private static readonly SpecValue<string?> File = SpecValue.Of(experiment => experiment.BaselineWeights);

    public override string Name => "baseline";

    public override int Version => 2;

    public override IReadOnlyList<SpecValue> Reads => [TrainedNetwork.Network, TrainedNetwork.Backbone, File];

    public override IReadOnlyList<DataInput> Data => [new DataInput("classes", null, SampleParts.None)];

    public override IReadOnlyList<FilledSlot> Fills => [FilledSlot.Of(PipelineSlots.Network, TrainedNetwork.Open), FilledSlot.Of(PipelineSlots.Baseline, TrainedNetwork.Open)];

    public override bool AppliesTo(Experiment experiment) => experiment.BaselineWeights is not null;

    public override IReadOnlyList<string> WeightFiles(StageSpec spec, ModuleContext context) => [Published(spec).Locate(context)];

    public override void Produce(StageRun run, StageWork work)
    {
        using var weights = Published(run.Spec).Open(run.Modules);
        using var network = TrainedNetwork.Create(run);
        CamCheckpoint.Load(network, weights);
        NetworkFile.Write(Path.Combine(work.Folder, TrainedNetwork.WeightsFile), network);
    }

    private static PublishedWeights Published(StageSpec spec) => new(spec.Read(File)!, "the checkpoints in the README of https://github.com/CVI-SZU/CLIMS, or from a training of your own");
}
