using Pole.Data.Loading;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Training;
using TorchSharp;

namespace Pole.Pipeline.Stages;

/// <summary>A training of the CAM network with CLIP as the judge, from the baseline's weights.</summary>
internal abstract class JudgedTrainingStage : Stage
{
    private static readonly SpecValue<TrainingOptions?> Training = SpecValue.Of(experiment => experiment.Clims);
    private static readonly SpecValue<AdaptorOptions> Adaptor = SpecValue.Of(experiment => experiment.Adaptor);
    private static readonly SpecValue<IReadOnlyList<string>> Backgrounds = SpecValue.Of(experiment => experiment.Prompt!.Backgrounds);

    /// <summary>What it is trained by.</summary>
    protected abstract SpecValue<ObjectiveOptions?> Objective { get; }

    /// <summary>Holds the baseline.</summary>
    protected abstract Slot<TrainedNetwork> Start { get; }

    /// <summary>Receives the trained network.</summary>
    protected abstract Slot<TrainedNetwork> End { get; }

    public sealed override IReadOnlyList<SpecValue> Reads => [TrainedNetwork.Network, TrainedNetwork.Backbone, Training, Objective, Adaptor, SpecValues.Template, SpecValues.Learner, Backgrounds, SpecValues.Names, SpecValues.Descriptions, SpecValues.Seed];

    public override IReadOnlyList<TakenSlot> Takes => [Start, Slots.Clip, new TakenSlot(PipelineSlots.Choices, SelectionStage.Selects)];

    public sealed override IReadOnlyList<DataInput> Data => [DataInput.Train(SampleParts.Images | SampleParts.Classes)];

    public sealed override IReadOnlyList<FilledSlot> Fills => [FilledSlot.Of(End, TrainedNetwork.Open)];

    public sealed override bool AppliesTo(Experiment experiment) => experiment.Clims is not null;

    public sealed override IReadOnlyList<string> WeightFiles(StageSpec spec, ModuleContext context) => InitialWeights.Files(spec.Read(Training), context);

    public sealed override void Produce(StageRun run, StageWork work)
    {
        var (names, options, seed) = (run.Spec.Read(SpecValues.Names), run.Spec.Read(Training)!, run.Spec.Read(SpecValues.Seed));
        torch.random.manual_seed(seed);
        var choices = run.Holds(PipelineSlots.Choices) ? run.Take(PipelineSlots.Choices) : PromptChoices.GroundTruthOnly;
        using var network = run.Take(Start).Load();
        InitialWeights.Load(options, network, run.Modules);
        using var prompts = new PromptTable(run.Take(Slots.Clip), run.Spec.Read(SpecValues.Template), [.. run.Dataset.Classes.Select(name => names.ByClass[name])], run.Spec.Read(Backgrounds), run.Spec.Read(SpecValues.Learner), choices, run.Modules,
            TakenNames.Of(run.Spec.Read(SpecValues.Descriptions), run.Dataset.Classes), run.Holds(PipelineSlots.BackgroundPrompts) ? run.Take(PipelineSlots.BackgroundPrompts) : null);
        using var training = new ClimsTraining(network, run.Take(Slots.Clip), prompts, run.Spec.Read(Objective)!, run.Spec.Read(Adaptor), run.Modules);
        training.Run(new TrainingBatches(run.Samples(run.Dataset.TrainSplit), run.Dataset.Classes.Count, options, seed), options, run.Session(work));
        NetworkFile.Write(Path.Combine(work.Folder, TrainedNetwork.WeightsFile), network);
    }
}
