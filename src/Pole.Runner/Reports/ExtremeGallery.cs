using System.Globalization;
using Pole.Data.Imaging;
using Pole.Pipeline;
using Pole.Pipeline.Evaluation;
using Pole.Runner.Reports.Html;

namespace Pole.Runner.Reports;

/// <summary>The images of the held-out split that an experiment does worst and best on.</summary>
internal static class ExtremeGallery
{
    private const int Each = 4;

    /// <returns>Worst and best, and the step that was measured.</returns>
    public static (HtmlGallery Worst, HtmlGallery Best, MeasuredImages Measured) Draw(ExperimentRun run, ExperimentResult result)
    {
        // Images without objects say little about either end.
        var measured = result.PredictionsFolder is null ? result.Images[0] : result.Images[^1];
        var samples = run.Dataset.Samples(measured.Split).Where(sample => sample.PresentClasses.Count > 0).ToDictionary(sample => sample.Id, StringComparer.Ordinal);
        var ordered = measured.Read().Where(score => samples.ContainsKey(score.Image) && double.IsFinite(score.MeanIou())).OrderBy(score => score.MeanIou()).ToList();
        return (Gallery(ordered.Take(Each)), Gallery(ordered.AsEnumerable().Reverse().Take(Each)), measured);

        HtmlGallery Gallery(IEnumerable<ImageScore> scores)
        {
            using var cams = run.LoadCams();
            var gallery = new HtmlGallery(["image", "ground truth", measured.Step]);
            foreach (var score in scores)
            {
                var sample = samples[score.Image];
                var image = sample.LoadImage();
                gallery.Photo(image, sample, run.Dataset).Map(sample.LoadLabels(), "");
                gallery.Map(Prediction(sample, image), string.Create(CultureInfo.InvariantCulture, $"mean IoU {100 * score.MeanIou():f1} %"));
            }

            return gallery;

            LabelMap Prediction(ISample sample, RgbImage image)
            {
                if (result.PredictionsFolder is { } folder) return ImageCodec.ReadLabels(SampleName.FileOf(folder, sample, MaskSet.Extension));
                using var cam = cams.Of(sample, image)!;
                return CamLabels.FromCams(cam.HighResolution, cam.Classes, result.Experiment.Cam.Threshold);
            }
        }
    }
}
