using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Stages;

namespace Pole.Pipeline.External;

/// <summary>Trains an experiment's segmentation network on external masks, and measures it on the data set's held-out split.</summary>
public static class FolderSegmentation
{
    private const int MissingShown = 3;

    /// <param name="masksFolder">ID.png of every image of the data set's training split.</param>
    /// <returns>The folder of predicted ID.png of the held-out split in the store, and scores.</returns>
    /// <exception cref="ExperimentException">Masks are missing; the experiment segments nothing.</exception>
    public static (string Folder, IReadOnlyList<ChainScore> Scores) Run(Experiment experiment, string masksFolder, RunContext context)
    {
        if (experiment.Segmentation is not { } segmentation) throw new ExperimentException($"{experiment.Name} has no segmentation: choose an experiment that has");
        var files = InputFiles.In(masksFolder, "png");
        var dataset = experiment.Dataset.Create(context.Modules);
        context.Progress.Stage("data", progress => dataset.Prepare(progress, context.Cancellation));
        var samples = dataset.Samples(dataset.TrainSplit);
        var missing = samples.Where(sample => !files.ContainsKey(sample.Id)).Select(sample => $"{sample.Id}.png").ToList();
        if (missing.Count > 0)
            throw new ExperimentException($"{masksFolder} has no mask of {missing.Count} of the {samples.Count} images of {dataset.TrainSplit}: {string.Join(", ", missing.Take(MissingShown))}{(missing.Count > MissingShown ? "…" : "")}");

        // The masks take the place of those of the CAMs, or of the ground truth.
        var trained = experiment with { Segmentation = segmentation with { Masks = MaskSource.Pseudo } };
        List<ExternalStage> sources = [ExternalStage.OfFiles("masks", samples.ToDictionary(sample => sample.Id, sample => files[sample.Id]), Slots.Masks, new MaskSet(masksFolder) { FileOf = sample => files[sample.Id] }, context)];
        if (segmentation is { Backbone: null, Network: not IStandsOnClip }) sources.Add(ExternalStage.OfNetwork(experiment, context));
        var scores = ExternalChain.Run(trained, sources, dataset, PipelineSlots.SegmentationScores, context);
        return (scores.Folder, scores.Scores);
    }
}
