using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Stages;

/// <summary>Chooses, for each class of each training image, the name that CLIP finds most correlated with image × CAM.</summary>
internal static class SelectionStage
{
    public const string Name = "selection";

    /// <summary>Stands for a selection where there is nothing to choose from.</summary>
    public const string GroundTruthKey = "ground-truth";

    private const int Version = 2;
    private const string ChoicesFile = "choices.json";

    /// <summary>Whether the experiment has names to choose from.</summary>
    public static bool Selects(Experiment experiment) => experiment.Prompt is { Synonyms: > 1 };

    public static StageKey KeyOf(Experiment experiment, IDataset dataset, string featuresKey) =>
        new(Name, Version, [experiment.Prompt!.Template, dataset.Classes.Select(name => experiment.Prompt.Corpus.Take(name, experiment.Prompt.Synonyms)).ToList()], [featuresKey]);

    public static (PromptChoices Choices, string Key) Select(Experiment experiment, IDataset dataset, TrainedNetwork baseline, ClipModel clip, string clipKey, RunContext context)
    {
        var prompt = experiment.Prompt!;
        if (!Selects(experiment)) return (PromptChoices.GroundTruthOnly, GroundTruthKey);

        var (features, featuresKey) = MaskedFeaturesStage.Extract(experiment, dataset, baseline, clip, clipKey, context);
        var key = KeyOf(experiment, dataset, featuresKey);
        var samples = dataset.Samples(dataset.TrainSplit);
        var folder = context.Store.GetOrProduceByImages(key, samples.Count, blocks =>
        {
            using var selection = new NameSelection(clip, prompt, dataset.Classes, context.Modules.Device);
            foreach (var block in blocks) new PromptChoices(Choose(selection, block, block.Of(samples), features)).Write(Path.Combine(block.PartFolder, ChoicesFile));
        }, blocks => new PromptChoices([.. blocks.Files(ChoicesFile).SelectMany(part => PromptChoices.Read(part).All)]).Write(Path.Combine(blocks.Folder, ChoicesFile)));
        return (PromptChoices.Read(Path.Combine(folder, ChoicesFile)), key.Hash);
    }
    private static List<PromptChoice> Choose(NameSelection selection, ImageBlock block, IReadOnlyList<ISample> samples, string featuresFolder)
    {
        using var scope = NewDisposeScope();
        var features = MaskedFeaturesStage.Read(featuresFolder, block);
        var (choices, pair) = (new List<PromptChoice>(), 0);
        foreach (var sample in samples)
        {
            using var sampleScope = NewDisposeScope();
            if (features is not null) choices.AddRange(selection.Choose(sample.Id, features[TensorIndex.Slice(pair, pair += sample.PresentClasses.Count)], sample.PresentClasses));
            block.Progress.Advance(1);
        }

        return choices;
    }
}
