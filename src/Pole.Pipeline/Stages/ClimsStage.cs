using Pole.Data.Loading;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Training;
using TorchSharp;

namespace Pole.Pipeline.Stages;

/// <summary>Trains the CAM network with CLIP as the judge, from the baseline's weights.</summary>
internal static class ClimsStage
{
    public const string Name = "clims";

    private const int Version = 3;

    public static StageKey KeyOf(Experiment experiment, IDataset dataset, string baselineKey, string clipKey, string choicesKey)
    {
        var prompt = experiment.Prompt!;
        var names = dataset.Classes.Select(name => prompt.Corpus.Take(name, prompt.Synonyms));
        return new StageKey(Name, Version,
            [experiment.Clims, experiment.Loss, experiment.Adaptor, prompt.Template, prompt.Learner, prompt.Backgrounds, names, experiment.Seed], [baselineKey, clipKey, choicesKey]);
    }

    public static TrainedNetwork Train(Experiment experiment, IDataset dataset, TrainedNetwork baseline, ClipModel clip, string clipKey,
        PromptChoices choices, string choicesKey, RunContext context)
    {
        var prompt = experiment.Prompt!;
        var key = KeyOf(experiment, dataset, baseline.Key, clipKey, choicesKey);
        var folder = context.Store.GetOrProduce(key, work =>
        {
            torch.random.manual_seed(experiment.Seed);
            var device = context.Modules.Device;
            using var network = baseline.Load(experiment, dataset, context);
            using var prompts = new PromptTable(clip, prompt, dataset.Classes, choices, context.Modules);
            using var training = new ClimsTraining(network, clip, prompts, experiment.Loss!, experiment.Adaptor, device);
            var batches = new TrainingBatches(dataset.Samples(dataset.TrainSplit), dataset.Classes.Count, experiment.Clims!, experiment.Seed);
            training.Run(batches, experiment.Clims!, context.Session(work));
            WeightFiles.Write(Path.Combine(work.Folder, TrainedNetwork.WeightsFile), network);
        });
        return new TrainedNetwork(folder, key.Hash);
    }
}
