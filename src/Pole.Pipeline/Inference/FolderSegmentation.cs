using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Stages;

namespace Pole.Pipeline.Inference;

/// <summary>Trains an experiment's segmentation network on masks from elsewhere, and measures it on the data set's held-out split.</summary>
public static class FolderSegmentation
{
    private const int MissingShown = 3;

    /// <param name="masksFolder">ID.png of every image of the data set's training split, with the VOC palette or grey.</param>
    /// <returns>The folder of predicted ID.png of the held-out split in the store, and scores.</returns>
    /// <exception cref="ExperimentException">Masks are missing; the experiment segments nothing.</exception>
    public static (string Folder, IReadOnlyList<ChainScore> Scores) Run(Experiment experiment, string masksFolder, RunContext context)
    {
        if (experiment.Segmentation is not { } segmentation) throw new ExperimentException($"{experiment.Name} has no segmentation: choose an experiment that has");
        var files = FilesOf.Folder(masksFolder, "png").ToDictionary(file => Path.GetFileNameWithoutExtension(file), StringComparer.Ordinal);
        var run = new ExperimentRun(experiment, context);
        run.Prepare();
        var split = run.Dataset.TrainSplit;
        var samples = run.Dataset.Samples(split);
        var missing = samples.Where(sample => !files.ContainsKey(sample.Id)).Select(sample => $"{sample.Id}.png").ToList();
        if (missing.Count > 0)
            throw new ExperimentException($"{masksFolder} has no mask of {missing.Count} of the {samples.Count} images of {split}: {string.Join(", ", missing.Take(MissingShown))}{(missing.Count > MissingShown ? "…" : "")}");

        var key = FolderContent.Fingerprint(samples.Select(sample => files[sample.Id]));
        var outcome = SegmentationStage.Run(experiment, run.Dataset, masksFolder, CanonicalSpec.Fingerprint(new object[] { experiment.Dataset, run.Dataset.Version, run.Dataset.Skipped, key }),
            BackboneSource.Of(segmentation.Backbone, run.TrainCams, experiment, context), context);
        return (outcome.Folder, outcome.Scores);
    }
}
