using Pole.Pipeline.Inference;

namespace Pole.Pipeline.Stages;

/// <summary>CAMs of any image from a source that trains no network.</summary>
internal sealed class TrainingFreeCamStage : SourceStage
{
    private static readonly SpecValue<IModuleOptions<ICamSource, CamSourceBase>?> Source = SpecValue.Of(experiment => experiment.Cam.Source);
    private static readonly SpecValue<IReadOnlyList<string>> Backgrounds = SpecValue.Of(experiment => experiment.Prompt!.Backgrounds);

    private static readonly SpecValue<NameSelection> Selection = SpecValue.FromOptional("prompt.name-selection", ["prompt.selection-template", "prompt.template", "prompt.masking"],
        experiment => experiment is { Cam.Source: ISelectsNames { SelectsNames: true }, Prompt: { HasChoice: true } prompt } ? new NameSelection(prompt.SelectionTemplate ?? prompt.Template, prompt.Masking) : null);

    private static readonly SpecValue<IModuleOptions<PromptLearner, PromptNames>?> Learner = SpecValue.OfOptional(experiment => experiment.Prompt!.Learner);

    public override string Name => "cams";

    /// <summary>2: what is measured says which texts were chosen.</summary>
    public override int Version => 2;

    public override IReadOnlyList<SpecValue> Reads => [Source, SpecValues.Template, SpecValues.Names, Backgrounds, Selection, Learner, SpecValues.Descriptions];

    public override IReadOnlyList<TakenSlot> Takes => [new TakenSlot(Slots.Clip, experiment => experiment.Clip is not null)];

    public override IReadOnlyList<DataInput> Data => [new DataInput("classes", null, SampleParts.None)];

    public override IReadOnlyList<FilledSlot> Fills => [FilledSlot.Of(Slots.Cams, Open), FilledSlot.Of(PipelineSlots.CamSource, Open)];

    public override bool AppliesTo(Experiment experiment) => experiment.Cam.Source is not null;

    private static CamSet Open(StageRun run, string folder)
    {
        var (source, below, modules) = (run.Spec.Read(Source)!, new CamSourceBase(run.Dataset.Classes, PromptsOf(run)), run.Modules);
        return new CamSet(() => new CheckedCams(PoleModuleAttribute.NameOf(source) ?? source.GetType().Name, source.Create(below, modules)));
    }

    private static ClipPrompts? PromptsOf(StageRun run) => run.Holds(Slots.Clip)
        ? new ClipPrompts(run.Take(Slots.Clip), run.Spec.Read(SpecValues.Template), [.. run.Dataset.Classes.Select(name => run.Spec.Read(SpecValues.Names).ByClass[name])], run.Spec.Read(Backgrounds))
        {
            Selection = run.Spec.Read(Selection), Learner = run.Spec.Read(Learner), Descriptions = TakenNames.Of(run.Spec.Read(SpecValues.Descriptions), run.Dataset.Classes),
        } : null;
}
