using System.Globalization;
using Pole.Data.Imaging;
using Pole.Pipeline.Trying;
using Pole.Runner.Reports.Html;

namespace Pole.Runner.Reports;

/// <summary>Prompts that were tried on an image, for a person: the paper's Figure 1 with another image.</summary>
internal static class TriedPage
{
    private const string Chosen = "chosen";

    /// <param name="image">What the image is called.</param>
    public static string Of(string image, TriedPrompts tried)
    {
        var page = new HtmlPage($"Prompts on {image}").Paragraph(Summary(tried)).Markup(new HtmlGallery([Head(tried)]).Photo(tried.Image, string.Create(CultureInfo.InvariantCulture, $"{tried.Image.Width} × {tried.Image.Height} pixels")).ToString());
        var table = new HtmlTable(Columns(tried));
        foreach (var (place, cells) in Rows(tried).Index()) table.Row([cells[0] with { Picture = tried.HasMapOfPrompt ? HtmlGallery.Source(HeatOverlay.Draw(tried.Image, tried.Maps[place].Span)) : null }, .. cells.Skip(1)]);
        page.Heading("Prompts").Table(table).Quiet(Explanation(tried));
        return page.Heading(tried.HasMapOfPrompt ? "Maps of the prompts" : $"Map of {tried.Class}").Markup(Maps(tried).ToString()).ToString();
    }

    public static string Summary(TriedPrompts tried) => string.Create(CultureInfo.InvariantCulture,
        $"{tried.Experiment}: of {(Candidates(tried) is var count && count == 1 ? "one prompt" : $"{count} prompts")}, POLE would choose \"{tried.ChosenPrompt.Text}\", cosine {tried.ChosenPrompt.Cosine:f4} to image × map of {(tried.HasMapOfPrompt ? "the first" : tried.Class)}{(tried.LeavesSomething ? "" : "; that map is empty, so the choice says nothing about the image")}");

    public static IReadOnlyList<string> Columns(TriedPrompts tried) =>
        ["prompt", .. HasWeights(tried) ? new[] { "weight %" } : [], .. tried.HasMapOfPrompt ? new[] { "cosine to image × first map", "score %", "cosine to image × own map", "probability %" } : ["cosine to image × map", "score %"], ""];

    /// <summary>The cells of each prompt, under <see cref="Columns"/>.</summary>
    public static IEnumerable<IReadOnlyList<HtmlCell>> Rows(TriedPrompts tried) => tried.Prompts.Select((prompt, place) => Cells(prompt, HasWeights(tried), place == tried.Chosen));

    private static bool HasWeights(TriedPrompts tried) => tried.Prompts.Any(prompt => prompt.Weight is not null);

    /// <summary>What is chosen from: not a class's own text.</summary>
    private static int Candidates(TriedPrompts tried) => tried.Prompts.Count(prompt => prompt.Score is not null);

    private static IReadOnlyList<HtmlCell> Cells(TriedPrompt prompt, bool hasWeights, bool isChosen) =>
    [
        prompt.Text, .. hasWeights ? new[] { HtmlCell.Percent(prompt.Weight) } : [], Cosine(prompt.Cosine), HtmlCell.Percent(prompt.Score), .. prompt is { OwnCosine: { } own, Probability: { } probability } ? new[] { Cosine(own), HtmlCell.Percent(probability) } : [], isChosen ? Chosen : "",
    ];

    /// <summary>What a map is of.</summary>
    public static string MapName(TriedPrompts tried, int map) => !tried.HasMapOfPrompt ? $"all {Candidates(tried)} prompts" : map == tried.Chosen ? $"{tried.Prompts[map].MapText} ({Chosen})" : tried.Prompts[map].MapText;

    private static string Head(TriedPrompts tried) => tried.Class is null ? "image" : $"image, class {tried.Class}";

    public static string Explanation(TriedPrompts tried) => (tried.HasMapOfPrompt
        ? "The first prompt stands for the ground-truth name: its map masks the image, and the highest cosine to what is left is POLE's choice. Score: softmax of 100 · cosine. Probability: of the prompt in the whole image, among itself and what it competes with; the map is made of it."
        : "The class's map of the trained network masks the image, and the highest cosine to what is left is POLE's choice. Score: softmax of 100 · cosine.")
        + (HasWeights(tried) ? " Weight: share of the name or the sentence in the class's own text; what is left of 100 % is of sentences about other classes." : "") + (tried.HasMapOfPrompt ? " Point at a prompt to see its map." : "");

    private static HtmlGallery Maps(TriedPrompts tried)
    {
        var gallery = new HtmlGallery(["prompt", "map", "image × map, as CLIP sees it"]);
        foreach (var (place, map) in tried.Maps.Index())
        {
            gallery.None(MapName(tried, place)).Photo(HeatOverlay.Draw(tried.Image, map.Span), "").Photo(MaskedImage.Compose(tried.Image, map.Span, tried.Masking), Seen(tried, place));
        }

        return gallery;
    }

    private static string Seen(TriedPrompts tried, int place) => tried.Prompts[place].OwnCosine is { } own ? string.Create(CultureInfo.InvariantCulture, $"cosine to this prompt {own:f4}") : "";

    private static HtmlCell Cosine(double value) => HtmlCell.Number(value, "f4");
}
