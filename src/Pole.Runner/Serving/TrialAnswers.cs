using System.Text.Json;
using Pole.Data;
using Pole.Data.Imaging;
using Pole.Pipeline.Trying;
using Pole.Runner.Reports;
using Pole.Runner.Reports.Html;

namespace Pole.Runner.Serving;

/// <summary>What a page is told about prompts on an image, as lines of JSON.</summary>
internal sealed class TrialAnswers(Experiment experiment, PromptTrial trial)
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = false, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };

    /// <summary>What is tried, for the page's start.</summary>
    public object About => new { Experiment = experiment.Name, Classes = DatasetClasses.Of(experiment.Dataset), NeedsClass = !trial.HasMapOfPrompt };

    /// <summary>What is wrong with the image or a prompt is an answer too.</summary>
    public string Of(PlaygroundQuestion question)
    {
        try
        {
            var asked = TrialQuestion.Of(experiment, question.Class, question.Prompts);
            var tried = trial.Ask(ImageCodec.ReadRgb(question.Image, new ImageDecoding { Oriented = true }), asked);
            return JsonSerializer.Serialize(new
            {
                Summary = TriedPage.Summary(tried),
                Columns = TriedPage.Columns(tried),
                Rows = TriedPage.Rows(tried).Select(cells => cells.Select(cell => cell.Text)),
                tried.Chosen,
                Explanation = TriedPage.Explanation(tried),
                Maps = tried.Maps.Select((map, place) => new
                {
                    Text = TriedPage.MapName(tried, place), Overlay = HtmlGallery.Source(HeatOverlay.Draw(tried.Image, map.Span)), Seen = HtmlGallery.Source(MaskedImage.Compose(tried.Image, map.Span, tried.Masking)),
                }),
            }, Format);
        }
        catch (ExperimentException exception)
        {
            // The file is one that the page's process has made: its name says nothing to who chose the image.
            return JsonSerializer.Serialize(new { Error = exception.Message.Replace(question.Image, "the image", StringComparison.Ordinal) }, Format);
        }
    }
}
