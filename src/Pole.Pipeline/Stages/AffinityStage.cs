using Pole.Data.Loading;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Training;
using TorchSharp;

namespace Pole.Pipeline.Stages;

/// <summary>Trains the affinities on confident labels.</summary>
internal sealed class AffinityStage : Stage
{
    private const string WeightsFile = "affinity.safetensors";

    private static readonly SpecValue<IModuleOptions<AffinityModel, Backbone>?> Affinity = SpecValue.Of(experiment => experiment.Refinement!.Affinity);
    private static readonly SpecValue<IModuleOptions<Backbone>?> Backbone = SpecValue.Of(experiment => experiment.Refinement!.Backbone);
    private static readonly SpecValue<TrainingOptions?> Training = SpecValue.Of(experiment => experiment.Refinement!.Training);

    public override string Name => "affinity";

    public override int Version => 2;

    public override IReadOnlyList<SpecValue> Reads => [Affinity, Backbone, Training, SpecValues.Seed];

    public override IReadOnlyList<TakenSlot> Takes => [PipelineSlots.Labels, new TakenSlot(PipelineSlots.Network, experiment => experiment.Refinement is { Backbone: null })];

    public override IReadOnlyList<DataInput> Data => [DataInput.Train(SampleParts.Images)];

    public override IReadOnlyList<FilledSlot> Fills => [FilledSlot.Of(PipelineSlots.Affinity, Open)];

    public override bool AppliesTo(Experiment experiment) => experiment.Refinement is { Affinity: not null };

    public override IReadOnlyList<string> WeightFiles(StageSpec spec, ModuleContext context) => InitialWeights.Files(spec.Read(Training), context);

    public override void Produce(StageRun run, StageWork work)
    {
        var (training, seed, samples, labels) = (run.Spec.Read(Training)!, run.Spec.Read(SpecValues.Seed), run.Samples(run.Dataset.TrainSplit), run.Take(PipelineSlots.Labels));
        torch.random.manual_seed(seed);
        using var model = Build(run);
        InitialWeights.Load(training, model, run.Modules);
        AffinityTraining.Run(model, new LabelledBatches(samples, labels.Read, run.Dataset.Classes.Count + 1, PixelNormalisation.ImageNet, training, seed), samples, training, run.Modules, run.Session(work));
        NetworkFile.Write(Path.Combine(work.Folder, WeightsFile), model);
    }

    private static TrainedAffinity Open(StageRun run, string folder)
    {
        var model = Build(run);
        NetworkFile.Read(Path.Combine(folder, WeightsFile), model);
        model.eval();
        return new TrainedAffinity(model, run.Spec.Read(Training)!.Crop);
    }

    private static AffinityModel Build(StageRun run)
    {
        var backbone = run.Spec.Read(Backbone) is { } own ? own.Create(run.Modules) : run.Take(PipelineSlots.Network).LoadBackbone();
        var model = run.Spec.Read(Affinity)!.Create(backbone, run.Modules);
        model.to(run.Modules.Device);
        return model;
    }
}
