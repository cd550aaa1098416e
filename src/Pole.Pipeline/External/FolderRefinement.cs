using Pole.Data;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Stages;

namespace Pole.Pipeline.External;

/// <summary>Refines external CAMs into pseudo-masks, with the settings of an experiment.</summary>
public static class FolderRefinement
{
    /// <param name="imagesFolder">ID.jpg or ID.png.</param>
    /// <param name="camsFolder">ID.npy (<see cref="CamFile"/>); the affinities are learned from all of them.</param>
    /// <param name="truthFolder">ID.png of ground truth, to measure with; null measures nothing.</param>
    /// <returns>The folder of ID.png in the store, scores where there is ground truth, and what the steps have to say of images.</returns>
    /// <exception cref="ExperimentException">A file is missing, damaged, or of another size; the experiment refines nothing.</exception>
    public static (string Folder, IReadOnlyList<ChainScore> Scores, IReadOnlyList<string> Remarks) Run(Experiment experiment, string imagesFolder, string camsFolder, string? truthFolder, RunContext context)
    {
        if (experiment.Refinement is not { } refinement) throw new ExperimentException($"{experiment.Name} has no refinement: choose an experiment that has");
        var files = InputFiles.In(camsFolder, "npy");
        var classes = DatasetClasses.Of(experiment.Dataset);
        var dataset = new FolderDataset(Path.GetFileName(Path.GetFullPath(imagesFolder)), classes, [.. files.Keys.Select(id => new FolderSample(id, imagesFolder, [], truthFolder))]);
        List<ExternalStage> sources = [ExternalStage.OfFiles("cams", files, Slots.Cams, new CamSet(() => new FileCams(files, classes.Count)), context)];
        if (refinement is { Affinity: not null, Backbone: null }) sources.Add(ExternalStage.OfNetwork(experiment, context));
        var scores = ExternalChain.Run(experiment, sources, dataset, PipelineSlots.MaskScores, context);
        return (scores.Masks, scores.Scores, scores.Remarks);
    }
}
