using Pole.Data;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Stages;

namespace Pole.Pipeline.Inference;

/// <summary>Refines CAMs from elsewhere into pseudo-masks, with the settings of an experiment.</summary>
public static class FolderRefinement
{
    /// <param name="imagesFolder">ID.jpg or ID.png.</param>
    /// <param name="camsFolder">ID.npy (<see cref="CamFile"/>); the affinities are learned from all of them.</param>
    /// <param name="truthFolder">ID.png of ground truth, to measure with; null measures nothing.</param>
    /// <returns>The folder of ID.png in the store, and scores where there is ground truth.</returns>
    /// <exception cref="ExperimentException">A file is missing, damaged, or of another size; the experiment refines nothing.</exception>
    public static (string Folder, IReadOnlyList<ChainScore> Scores) Run(Experiment experiment, string imagesFolder, string camsFolder, string? truthFolder, RunContext context)
    {
        if (experiment.Refinement is not { } refinement) throw new ExperimentException($"{experiment.Name} has no refinement: choose an experiment that has");
        var files = FilesOf.Folder(camsFolder, "npy");
        var classes = DatasetClasses.Of(experiment.Dataset).Count;
        List<ISample> samples = [.. files.Select(file => new FolderSample(Path.GetFileNameWithoutExtension(file), imagesFolder, [], truthFolder))];
        // A missing image is found now, not after an hour.
        var images = samples.Select(sample => ((FolderSample)sample).ImageFile).ToList();
        var key = CanonicalSpec.Fingerprint(new[] { FolderContent.Fingerprint(files), FolderContent.Fingerprint(images), FolderContent.Fingerprint(truthFolder is null ? [] : Directory.EnumerateFiles(truthFolder)) });
        var (folder, _, scores) = PseudoMaskStage.Make(experiment, new CamInput(samples, Path.GetFileName(Path.GetFullPath(imagesFolder)), classes + 1, key, () => new FileCams(camsFolder, classes)),
            () => BackboneSource.Of(refinement.Backbone, () => Trained(experiment, context), experiment, context), context);
        return (folder, scores);
    }

    private static TrainedNetwork Trained(Experiment experiment, RunContext context)
    {
        var run = new ExperimentRun(experiment, context);
        run.Prepare();
        return run.TrainCams();
    }
}
