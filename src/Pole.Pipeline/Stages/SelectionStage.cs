using Pole.Pipeline.Inference;
using Pole.Pipeline.Training;
using static TorchSharp.torch;

namespace Pole.Pipeline.Stages;

/// <summary>Selects a name for each class of each training image: scores candidates image by image, if the selection rule uses scores, and applies the rule to all of them at the end.</summary>
internal sealed class SelectionStage : ImageStage
{
    private const string ChoicesFile = "choices.json";

    public override string Name => "selection";

    public override int Version => 3;

    public override IReadOnlyList<SpecValue> Reads => [SpecValues.SelectionTemplate, SpecValues.Names, SpecValues.Selection];

    public override IReadOnlyList<TakenSlot> Takes => [new TakenSlot(Slots.Clip, SpecValues.ScoresNames), new TakenSlot(PipelineSlots.Features, SpecValues.ScoresNames)];

    public override IReadOnlyList<DataInput> Data => [DataInput.Train(SampleParts.Classes)];

    public override IReadOnlyList<FilledSlot> Fills => [FilledSlot.Of(PipelineSlots.Choices, (_, folder) => PromptChoices.Read(Path.Combine(folder, ChoicesFile)))];

    /// <summary>Whether the experiment has names to choose from.</summary>
    public static bool Selects(Experiment experiment) => experiment is { Clims: not null, Prompt.HasChoice: true };

    public override bool AppliesTo(Experiment experiment) => Selects(experiment);

    public override string SplitOf(StageSpec spec, IDataset dataset) => dataset.TrainSplit;

    public override void Produce(StageRun run, IEnumerable<ImageBlock> blocks)
    {
        var (names, samples) = (run.Spec.Read(SpecValues.Names), run.Samples(run.Dataset.TrainSplit));
        using var scores = run.Holds(PipelineSlots.Features) ? new NameScores(run.Take(Slots.Clip), run.Spec.Read(SpecValues.SelectionTemplate), names.ByClass, run.Dataset.Classes, run.Modules.Device) : null;
        foreach (var block in blocks) new PromptChoices(Candidates(run, scores, names, block, block.Of(samples))).Write(Path.Combine(block.PartFolder, ChoicesFile));
    }

    public override void Merge(StageRun run, DoneBlocks blocks) =>
        PromptChoices.By(run.Spec.Read(SpecValues.Selection).Create(run.Modules), [.. blocks.Files(ChoicesFile).SelectMany(part => PromptChoices.Read(part).All)]).Write(Path.Combine(blocks.Folder, ChoicesFile));

    private static List<PromptChoice> Candidates(StageRun run, NameScores? scores, TakenNames names, ImageBlock block, IReadOnlyList<ISample> samples)
    {
        using var scope = NewDisposeScope();
        var features = scores is null ? null : run.Take(PipelineSlots.Features).Read(block);
        var (candidates, pair) = (new List<PromptChoice>(), 0);
        foreach (var sample in samples)
        {
            using var sampleScope = NewDisposeScope();
            if (scores is null) candidates.AddRange(sample.PresentClasses.Select(present => Unscored(sample.Id, present, run.Dataset.Classes[present], names)));
            else if (features is not null) candidates.AddRange(scores.Of(sample.Id, features[TensorIndex.Slice(pair, pair += sample.PresentClasses.Count)], sample.PresentClasses));
            block.Progress.Advance(1);
        }

        return candidates;
    }

    private static PromptChoice Unscored(string image, int present, string name, TakenNames names) => PromptChoice.Candidates(image, present, name, names.ByClass[name], []);
}
