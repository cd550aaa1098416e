using Pole.Data.Imaging;
using Pole.Pipeline;
using Pole.Pipeline.Inference;
using Pole.Runner.Reports.Html;

namespace Pole.Runner.Reports;

/// <summary>Images of the training split: ground truth, the CAMs of every compared experiment with the prompt that judged each, pseudo-mask and prediction.</summary>
internal static class TrainingGallery
{
    private const int Rows = 8;

    public static HtmlGallery Draw(Comparison comparison)
    {
        var (run, result) = (comparison.Runs[^1], comparison.Results[^1]);
        var samples = run.Dataset.Samples(run.Dataset.TrainSplit).Where(sample => sample.PresentClasses.Count > 0).Take(Rows).ToList();
        var shown = comparison.OfOwnCams;
        var cams = shown.Select(compared => Cams(compared.Run, samples)).ToList();
        using var segmentation = run.LoadSegmentation();
        List<string> heads = ["image", "ground truth", .. shown.Select(compared => $"{ScoreTable.MethodName(compared.Result.Experiment)} ({compared.Result.Experiment.Name})")];
        if (result.MasksFolder is not null) heads.Add("pseudo-mask");
        if (segmentation is not null) heads.Add("prediction");
        var gallery = new HtmlGallery(heads);
        for (var row = 0; row < samples.Count; row++)
        {
            var (sample, image) = (samples[row], samples[row].LoadImage());
            gallery.Photo(image, sample, run.Dataset);
            GroundTruth(gallery, sample);
            foreach (var (compared, pictures) in shown.Zip(cams)) gallery.Photo(pictures[row], Prompts(compared.Result, sample, run.Dataset));
            if (result.MasksFolder is { } masks) gallery.Map(ImageCodec.ReadLabels(SampleName.FileOf(masks, sample, MaskSet.Extension)), "");
            if (segmentation is not null) gallery.Map(segmentation.Labels(image), "");
        }

        return gallery;
    }

    /// <summary>What a stage read of the ground truth was sound; a fault in a label map that is shown alone stands in its place, and loses no result.</summary>
    private static void GroundTruth(HtmlGallery gallery, ISample sample)
    {
        try
        {
            if (sample.HasLabels) gallery.Map(sample.LoadLabels(), "");
            else gallery.None("none");
        }
        catch (ExperimentException fault)
        {
            gallery.None(fault.Message);
        }
    }

    private static List<RgbImage> Cams(ExperimentRun run, List<ISample> samples)
    {
        using var source = run.LoadCams();
        var pictures = new List<RgbImage>();
        foreach (var sample in samples)
        {
            var image = sample.LoadImage();
            using var cam = source.Of(sample, image);
            pictures.Add(CamOverlay.Draw(image, cam));
        }

        return pictures;
    }

    /// <summary>What CLIP judged each class of the image by; nothing where no prompt judged it.</summary>
    private static string Prompts(ExperimentResult result, ISample sample, IDataset dataset)
    {
        if (result.Experiment is not { Prompt: { } prompt, Clims: not null }) return "";
        return string.Join(" ", sample.PresentClasses.Select(present => prompt.Template.Replace("{}", NameOf(present), StringComparison.Ordinal)));

        string NameOf(int present) => prompt.NamesOf(dataset.Classes[present])[result.Choices?.IndexOf(sample.Id, present) ?? 0];
    }
}
