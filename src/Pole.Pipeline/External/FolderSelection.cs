using Pole.Data;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Stages;
using Pole.Pipeline.Training;
using static TorchSharp.torch;

namespace Pole.Pipeline.External;

/// <summary>Chooses names for images in a folder whose CAMs lie in another, from this project or a published one.</summary>
public static class FolderSelection
{
    /// <param name="imagesFolder">ID.jpg or ID.png.</param>
    /// <param name="camsFolder">ID.npy (<see cref="CamFile"/>); every file is chosen for.</param>
    /// <exception cref="ExperimentException">A file is missing, damaged, or of another size; the experiment has no CLIP.</exception>
    public static PromptChoices Run(Experiment experiment, string imagesFolder, string camsFolder, RunContext context)
    {
        if (experiment.Prompt is not { } prompt) throw new ExperimentException($"{experiment.Name} has no clip and no prompt: choose an experiment that selects names");
        var files = InputFiles.In(camsFolder, "npy");
        var classes = DatasetClasses.Of(experiment.Dataset);
        using var run = new ExperimentRun(experiment, context).RunTo(Slots.Clip);
        var clip = run.Final(Slots.Clip)!;
        using var scores = new NameScores(clip, prompt.SelectionTemplate ?? prompt.Template, classes.ToDictionary(name => name, prompt.NamesOf, StringComparer.Ordinal), classes, context.Modules.Device);
        var candidates = new List<PromptChoice>();
        context.Progress.Stage("select", progress =>
        {
            progress.Expect(files.Count, "images");
            foreach (var (id, file) in files)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                candidates.AddRange(Candidates(id, file, imagesFolder, classes.Count, scores, clip, prompt.Masking, context.Modules.Device));
                progress.Advance(1);
            }
        });
        return PromptChoices.By(SpecValues.RuleOf(experiment)!.Create(context.Modules), candidates);
    }

    private static IEnumerable<PromptChoice> Candidates(string id, string file, string imagesFolder, int classes, NameScores scores, ClipModel clip, Masking masking, Device device)
    {
        var image = new FolderSample(id, imagesFolder, []).LoadImage();
        using var cam = CamFile.Read(file, classes, image);
        if (cam.Classes.Count == 0) return [];
        return scores.Of(id, MaskedFeatures.Embed(clip, image, cam.HighResolution, masking, device), cam.Classes);
    }
}
