using Pole.Data;
using Pole.Pipeline.Stages;
using Pole.Pipeline.Training;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference;

/// <summary>Chooses names for images in a folder whose CAMs lie in another, from this project or a published one.</summary>
public static class FolderSelection
{
    /// <param name="imagesFolder">ID.jpg or ID.png.</param>
    /// <param name="camsFolder">ID.npy (<see cref="CamFile"/>); every file is chosen for.</param>
    /// <exception cref="ExperimentException">A file is missing, damaged, or of another size; the experiment has no CLIP.</exception>
    public static PromptChoices Run(Experiment experiment, string imagesFolder, string camsFolder, RunContext context)
    {
        if (experiment.Prompt is not { } prompt) throw new ExperimentException($"{experiment.Name} has no clip and no prompt: choose an experiment that selects names");
        var files = FilesOf.Folder(camsFolder, "npy");
        var classes = DatasetClasses.Of(experiment.Dataset);
        var (clip, _) = ClipStage.Load(experiment, () => experiment.Dataset.Create(context.Modules), context);
        using var owned = clip;
        using var selection = new NameSelection(clip, prompt, classes, context.Modules.Device);
        var choices = new List<PromptChoice>();
        context.Progress.Stage("select", progress =>
        {
            progress.Expect(files.Count, "images");
            foreach (var file in files)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                choices.AddRange(Choose(file, imagesFolder, classes.Count, selection, clip, prompt.Masking, context.Modules.Device));
                progress.Advance(1);
            }
        });
        return new PromptChoices(choices);
    }

    private static IEnumerable<PromptChoice> Choose(string file, string imagesFolder, int classes, NameSelection selection, ClipModel clip, Masking masking, Device device)
    {
        var id = Path.GetFileNameWithoutExtension(file);
        var image = new FolderSample(id, imagesFolder, []).LoadImage();
        using var cam = CamFile.Read(file, classes, image);
        return selection.Choose(id, MaskedFeatures.Embed(clip, image, cam.HighResolution, masking, device), cam.Classes);
    }
}
