using Pole.Data.Loading;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Training;
using Pole.Zoo.Prompts.Learning;
using TorchSharp;

namespace Pole.Pipeline.Stages.Semples;

/// <summary>Trains the tokens of the background prompts.</summary>
internal sealed class BackgroundPromptsStage(BackgroundPromptsOptions options) : Stage
{
    private const string PromptsFile = "background-prompts.safetensors";

    private static readonly SpecValue<IReadOnlyList<string>> Backgrounds = SpecValue.Of(experiment => experiment.Prompt!.Backgrounds);

    /// <summary>Prompts are kept from the name of the class, whichever name judges an image.</summary>
    private static readonly SpecValue<TakenNames> GroundTruth = SpecValue.From("ground-truth names", ["prompt.corpus"], experiment => SpecValues.Names.In(experiment) is TakenNames names ? new TakenNames(names.ByClass.ToDictionary(entry => entry.Key, IReadOnlyList<string> (entry) => [entry.Value[0]], StringComparer.Ordinal)) : null);

    public override string Name => "background-prompts";

    public override int Version => 1;

    public override IReadOnlyList<SpecValue> Reads => [SpecValues.Template, GroundTruth, Backgrounds, SpecValues.Seed];

    public override IReadOnlyList<TakenSlot> Takes => [PipelineSlots.Matched, Slots.Clip];

    public override IReadOnlyList<DataInput> Data => [DataInput.Train(SampleParts.Images | SampleParts.Classes)];

    public override IReadOnlyList<FilledSlot> Fills => [FilledSlot.Of(PipelineSlots.BackgroundPrompts, Open)];

    public override bool AppliesTo(Experiment experiment) => experiment.Clims is not null;

    public override IReadOnlyList<string> WeightFiles(StageSpec spec, ModuleContext context) => InitialWeights.Files(options.Training, context);

    public override void Produce(StageRun run, StageWork work)
    {
        var (classes, seed, names) = (run.Dataset.Classes, run.Spec.Read(SpecValues.Seed), run.Spec.Read(GroundTruth));
        torch.random.manual_seed(seed);
        using var network = run.Take(PipelineSlots.Matched).Load();
        using var learner = Create(run);
        InitialWeights.Load(options.Training, learner, run.Modules);
        using var prompts = new PromptTable(run.Take(Slots.Clip), run.Spec.Read(SpecValues.Template), [.. classes.Select(name => names.ByClass[name])], run.Spec.Read(Backgrounds), null, PromptChoices.GroundTruthOnly, run.Modules, classBackgrounds: learner);
        var training = new BackgroundPromptTraining(network, run.Take(Slots.Clip), prompts, learner, options.Objective, run.Modules);
        training.Run(new TrainingBatches(run.Samples(run.Dataset.TrainSplit), classes.Count, options.Training, seed), options.Training, run.Session(work));
        NetworkFile.Write(Path.Combine(work.Folder, PromptsFile), learner);
    }

    /// <summary>Encoded once: they are learnt.</summary>
    private FixedPrompts Open(StageRun run, string folder)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        using var learner = Create(run);
        NetworkFile.Read(Path.Combine(folder, PromptsFile), learner);
        return new FixedPrompts(learner.Encode(torch.arange(run.Dataset.Classes.Count, dtype: torch.ScalarType.Int64, device: run.Modules.Device)).DetachFromDisposeScope());
    }

    private BackgroundTokens Create(StageRun run) => new(run.Take(Slots.Clip), run.Spec.Read(SpecValues.Template), run.Dataset.Classes.Count, options.Tokens, run.Modules.Device);
}
