using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Stages;

/// <summary>Chooses, for each class of each training image, the name that CLIP finds most correlated with image × CAM.</summary>
internal static class SelectionStage
{
    private const int Version = 2;
    private const string ChoicesFile = "choices.json";

    public static (PromptChoices Choices, string Key) Select(Experiment experiment, IDataset dataset, TrainedNetwork baseline, ClipModel clip, string clipKey, RunContext context)
    {
        var prompt = experiment.Prompt!;
        if (prompt.Synonyms == 1) return (PromptChoices.GroundTruthOnly, "ground-truth");

        var names = dataset.Classes.Select(name => prompt.Corpus.Take(name, prompt.Synonyms)).ToList();
        var (features, featuresKey) = MaskedFeaturesStage.Extract(experiment, dataset, baseline, clip, clipKey, context);
        using var owned = features;
        var key = new StageKey("selection", Version, [prompt.Template, names], [featuresKey]);
        var folder = context.Store.GetOrProduce(key, work =>
        {
            using var selection = new NameSelection(clip, prompt, dataset.Classes, context.Modules.Device);
            var samples = dataset.Samples(dataset.TrainSplit);
            work.Progress.Expect(samples.Count, "images");
            var choices = new List<PromptChoice>();
            foreach (var sample in samples)
            {
                using var scope = NewDisposeScope();
                choices.AddRange(selection.Choose(sample.Id, features[TensorIndex.Slice(choices.Count, choices.Count + sample.PresentClasses.Count)], sample.PresentClasses));
                work.Progress.Advance(1);
            }

            new PromptChoices(choices).Write(Path.Combine(work.Folder, ChoicesFile));
        });
        return (PromptChoices.Read(Path.Combine(folder, ChoicesFile)), key.Hash);
    }
}
