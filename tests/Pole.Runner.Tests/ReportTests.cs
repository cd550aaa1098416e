namespace Pole.Runner.Tests;

/// <summary>The report of a small run and a comparison, as a reader's browser sees them.</summary>
public sealed class ReportTests
{
    private string folder = "", report = "", comparison = "";

    [OneTimeSetUp]
    public void Run()
    {
        folder = Directory.CreateTempSubdirectory("pole-report-").FullName;
        report = Path.Combine(SmokeRun.Folder, "report.html");
        Assert.That(PoleProcess.Run("pole", "compare", SmokeRun.Folder, "--output", Path.Combine(folder, "compared")).ExitCode, Is.Zero);
        comparison = Path.Combine(folder, "compared", "comparison.html");
    }

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_page_shows_without_complaints_and_asks_the_network_for_nothing(bool isReport)
    {
        await using var browser = await Browser.Open(isReport ? report : comparison);

        Assert.That(browser.Complaints, Is.Empty);
        Assert.That(browser.Requests, Has.Count.EqualTo(1), "the page itself");
    }

    [Test]
    public async Task Every_picture_loads()
    {
        await using var browser = await Browser.Open(report);
        var pictures = await browser.Page.EvaluateExpressionAsync<int[]>("Promise.all([...document.images].map(image => { image.loading = 'eager'; return image.decode().then(() => image.naturalWidth); }))");

        Assert.That(pictures, Has.Length.GreaterThan(40).And.All.GreaterThan(0));
    }

    [Test]
    public async Task The_parts_that_a_reader_looks_for_are_there()
    {
        await using var browser = await Browser.Open(report);
        var heads = await browser.Page.EvaluateExpressionAsync<string[]>("[...document.querySelectorAll('h2')].map(head => head.textContent)");
        var columns = await browser.Page.EvaluateExpressionAsync<string[]>("[...document.querySelector('.images').querySelectorAll('.head')].map(head => head.textContent)");
        var text = await browser.Page.EvaluateExpressionAsync<string>("document.body.textContent");

        Assert.That(heads, Is.EqualTo(new[] { "IoU of each class, %", "What each step of the refinement changes, IoU points", "CAMs of training images", "Worst images of val", "Best images of val", "Threshold and names", "Losses", "Stages", "Files", "Data and weights", "Spec", "Environment" }));
        Assert.That(columns, Is.EqualTo(new[] { "image", "ground truth", "POLE (shapes/smoke)", "pseudo-mask", "prediction" }));
        Assert.That(text, Does.Contain("a photo of ").And.Contain("mIoU, segmentation + CRF, val").And.Contain("clims: loss term otm").And.Contain("smoke.yaml:"));
    }

    [Test]
    public async Task A_click_on_a_head_sorts_and_a_second_turns_it_round_with_the_mean_at_the_bottom()
    {
        await using var browser = await Browser.Open(report);
        const string column = "[...document.querySelectorAll('table')[0].tBodies[0].rows].map(row => Number(row.cells[1].dataset.value))";
        const string click = "document.querySelectorAll('table')[0].tHead.rows[0].cells[1].querySelector('button').click()";
        await browser.Page.EvaluateExpressionAsync(click);
        var ascending = await browser.Page.EvaluateExpressionAsync<double[]>(column);
        await browser.Page.EvaluateExpressionAsync(click);
        var descending = await browser.Page.EvaluateExpressionAsync<double[]>(column);

        Assert.That(ascending[..^1], Is.Ordered.Ascending);
        Assert.That(descending[..^1], Is.Ordered.Descending);
        Assert.That(descending[^1], Is.EqualTo(ascending[^1]), "the mean");
        Assert.That(await browser.Page.EvaluateExpressionAsync<string>("document.querySelectorAll('table')[0].tBodies[0].rows[document.querySelectorAll('table')[0].tBodies[0].rows.length - 1].cells[0].textContent"), Is.EqualTo("mean"));
    }

    [TestCase(390)]
    [TestCase(1200)]
    public async Task The_page_is_as_wide_as_the_screen_and_what_is_wider_scrolls_in_its_place(int width)
    {
        await using var browser = await Browser.Open(report, width);

        Assert.That(await browser.Page.EvaluateExpressionAsync<int>("document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(width));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Text_stands_out_from_the_page_in_light_and_in_dark(bool dark)
    {
        await using var browser = await Browser.Open(report, dark: dark);
        const string brightness = "(colour => { const [r, g, b] = colour.match(/\\d+/g).map(Number); return (r + g + b) / 3; })";
        var paper = await browser.Page.EvaluateExpressionAsync<double>($"{brightness}(getComputedStyle(document.body).backgroundColor)");
        var ink = await browser.Page.EvaluateExpressionAsync<double>($"{brightness}(getComputedStyle(document.body).color)");
        var chart = await browser.Page.EvaluateExpressionAsync<double>($"{brightness}(getComputedStyle(document.querySelector('svg text')).fill)");

        Assert.That(ink - paper, dark ? Is.GreaterThan(150) : Is.LessThan(-150));
        Assert.That(chart - paper, dark ? Is.GreaterThan(150) : Is.LessThan(-150));
    }

    [Test]
    public async Task The_report_prints()
    {
        await using var browser = await Browser.Open(report);

        Assert.That(await browser.Page.PdfDataAsync(), Has.Length.GreaterThan(50_000));
    }
}
