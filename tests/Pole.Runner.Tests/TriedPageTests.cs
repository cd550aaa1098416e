using Pole.Pipeline.Trying;
using Pole.Runner.Reports;

namespace Pole.Runner.Tests;

/// <summary>The page of tried prompts.</summary>
public sealed class TriedPageTests
{
    private const int Side = 32;

    private const string Hostile = "</title><script>document.body.remove()</script><img src=http://127.0.0.1:1/x onerror=alert(1)>\"'&amp;";

    private string file = "";

    [SetUp]
    public void CreateFile() => file = Path.Combine(Directory.CreateTempSubdirectory("pole-tried-").FullName, "page.html");

    [TearDown]
    public void DeleteFolder() => Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);

    [Test]
    public async Task Prompts_and_names_of_files_are_text_whatever_is_in_them()
    {
        File.WriteAllText(file, TriedPage.Of(Hostile, Tried(Hostile, "a photo of boat.")));
        await using var browser = await Browser.Open(file);
        var cells = await browser.Page.EvaluateExpressionAsync<string[]>("[...document.querySelectorAll('tbody tr')].map(row => row.cells[0].textContent)");
        var title = await browser.Page.EvaluateExpressionAsync<string>("document.title");

        Assert.That(cells, Is.EqualTo(new[] { Hostile, "a photo of boat." }));
        Assert.That(title, Does.EndWith(Hostile));
        Assert.That(browser.Complaints, Is.Empty);
        Assert.That(browser.Requests, Has.Count.EqualTo(1), "the page itself");
    }

    [Test]
    public void No_markup_of_a_prompt_is_in_the_page() =>
        Assert.That(TriedPage.Of(Hostile, Tried(Hostile, "b")), Does.Not.Contain("<script>document").And.Not.Contain("<img src=http").And.Contain("&lt;script&gt;document"));

    [Test]
    public void The_chosen_prompt_is_marked_once_in_the_table() =>
        Assert.That(TriedPage.Of("a.jpg", Tried("a boat", "a canoe")).Split("<td>chosen</td>"), Has.Length.EqualTo(2));

    [Test]
    public void A_choice_by_a_map_that_leaves_nothing_of_the_image_is_told_as_one()
    {
        var empty = Tried("a boat", "a canoe");
        var seen = empty with { Maps = [(float[])[.. Enumerable.Repeat(0.5f, Side * Side)], empty.Maps[1]] };

        Assert.That(TriedPage.Summary(empty), Does.EndWith("to image × map of the first; that map is empty, so the choice says nothing about the image"));
        Assert.That(TriedPage.Summary(seen), Does.EndWith("to image × map of the first"));
    }

    [Test]
    public void A_map_that_prompts_share_is_shown_once()
    {
        var own = Tried("a boat", "a canoe");
        var shared = own with { Class = "boat", Maps = [own.Maps[0]], Prompts = [.. own.Prompts.Select(prompt => prompt with { OwnCosine = null, Probability = null })] };

        Assert.That(TriedPage.Of("a.jpg", own).Split("<img "), Has.Length.EqualTo(1 + 7), "the image, and of each prompt the map, what is left, and the map again for who points at it");
        Assert.That(TriedPage.Of("a.jpg", shared).Split("<img "), Has.Length.EqualTo(1 + 3));
        Assert.That(TriedPage.Of("a.jpg", shared), Does.Contain("<h2>Map of boat</h2>").And.Contain("all 2 prompts").And.Not.Contain("probability %"));
    }

    [Test]
    public void Heat_is_grey_where_a_map_is_0_and_yellow_where_it_is_1()
    {
        var heat = HeatOverlay.Draw(new RgbImage(2, 1, [30, 60, 90, 30, 60, 90]), [0f, 1f]);

        Assert.That(heat.Pixels, Is.EqualTo(new byte[] { 60, 60, 60, 214, 216, 143 }));
    }

    private static TriedPrompts Tried(params string[] prompts) => new("shapes/smoke-clip-es", null, new RgbImage(Side, Side, new byte[Side * Side * 3]), Masking.Black,
        [.. prompts.Select((text, place) => new TriedPrompt(text, text, 0.2 + 0.1 * place, 0.5, 0.2, 0.7))], [.. prompts.Select(_ => (ReadOnlyMemory<float>)new float[Side * Side])], prompts.Length - 1);
}
