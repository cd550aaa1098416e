using System.Text.Json;
using Pole.Data.Imaging;

namespace Pole.Runner.Tests;

/// <summary><c>pole try</c>.</summary>
public sealed class TryCommandTests
{
    private const string Frozen = "shapes/smoke-clip-es";

    private string folder = "", image = "";

    [OneTimeSetUp]
    public void RunOnce()
    {
        _ = SmokeRun.Folder;
        image = Directory.GetFiles(Path.Combine(SmokeRun.Store, "data"), "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
    }

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-try-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Prompts_have_a_row_each_one_is_chosen_and_a_page_with_their_maps_is_written()
    {
        var page = Path.Combine(folder, "boats.html");
        var run = Try(Frozen, "--image", image, "--prompt", "a photo of boat.", "--prompt", "a photo of canoe.", "--output", page);

        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Output.Split('\n').Count(line => line.Contains("a photo of boat.", StringComparison.Ordinal) || line.Contains("a photo of canoe.", StringComparison.Ordinal)), Is.EqualTo(3), "two rows and the sentence");
        Assert.That(run.Output, Does.Match("a photo of (boat|canoe)\\. .* chosen").And.Contain("cosine to image × own map").And.EndWith(page));
        Assert.That(Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal), Is.EqualTo(new[] { "boats-image.png", "boats-map-1.png", "boats-map-2.png", "boats.html" }));
        Assert.That(ImageCodec.ReadSize(Path.Combine(folder, "boats-map-2.png")), Is.EqualTo(ImageCodec.ReadSize(image)));
        Assert.That(File.ReadAllText(page), Does.Contain("a photo of canoe.").And.Contain("POLE would choose"));
    }

    [Test]
    public void Descriptions_have_weights_and_their_maps_show_on_hovering()
    {
        var page = Path.Combine(folder, "try.html");
        var run = Try("shapes/smoke-excel", "--image", image, "--class", "boat", "--output", page);

        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Output, Does.Contain("weight %").And.Contain("a photo of sailboat on water.").And.Match("the text of boat, description-bank"));
        // Four names, five sentences, and what is made of them.
        Assert.That(File.ReadAllText(page).Split("class=\"pointed\" tabindex=\"0\""), Has.Length.EqualTo(1 + 10));
    }

    [Test]
    public void JSON_has_all_names_of_a_class_on_the_map_of_a_trained_network()
    {
        var page = Path.Combine(folder, "try.html");
        File.WriteAllText(page, "an earlier page");
        var run = Try(SmokeRun.Name, "--image", image, "--class", "fish", "--output", page, "--json");
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        using var tried = JsonDocument.Parse(run.Output.TrimEnd().Split('\n')[^1]);
        var prompts = tried.RootElement.GetProperty("prompts").EnumerateArray().ToList();

        Assert.That(prompts.Select(prompt => prompt.GetProperty("text").GetString()), Is.EqualTo(new[] { "a photo of fish.", "a photo of shark.", "a photo of goldfish.", "a photo of ray." }));
        var best = prompts.Max(prompt => prompt.GetProperty("cosine").GetDouble());
        Assert.That(prompts.Select(prompt => prompt.GetProperty("chosen").GetBoolean()), Is.EqualTo(prompts.Select(prompt => prompt.GetProperty("cosine").GetDouble() == best)));
        Assert.That(prompts.Select(prompt => prompt.GetProperty("map").GetString()).Distinct(), Is.EqualTo(new[] { Path.Combine(folder, "try-map-1.png") }));
        Assert.That(File.ReadAllText(page), Does.StartWith("<!doctype html>"));
    }

    [Test]
    public void Quiet_says_nothing()
    {
        var run = Try(Frozen, "--image", image, "--class", "boat", "--output", Path.Combine(folder, "try.html"), "--quiet");

        Assert.That((run.ExitCode, run.Output, run.Error), Is.EqualTo((0, "", "")));
    }

    [Test]
    public void A_wrong_command_line_is_told_before_anything_is_computed()
    {
        var (neither, noImage) = (Try(Frozen, "--image", image), Try(Frozen, "--prompt", "a photo of boat."));

        Assert.That((neither.ExitCode, neither.Error.Split('\n')[0]), Is.EqualTo((2, "error: give --prompt once or more, or --class for all names of a class")));
        Assert.That(noImage.ExitCode, Is.EqualTo(2));
        Assert.That(noImage.Error, Does.Contain("--image"));
    }

    [TestCase(Frozen, "--class boat --prompt boat", "shapes/smoke-clip-es has a map for each prompt: give prompts, or a class for all its names, not both")]
    [TestCase(Frozen, "--class baot", "shapes/smoke-clip-es has no class 'baot'; did you mean 'boat'?")]
    [TestCase(Frozen, "--prompt submarine", "\"submarine\": the vocabulary of the small CLIP has no word 'submarine'")]
    [TestCase(SmokeRun.Name, "--prompt boat", "shapes/smoke has a map for each class, whatever the prompt: give the class that is seen (--class)")]
    [TestCase("shapes/cam", "--prompt boat", "shapes/cam has no clip and no prompt: nothing reads prompts there")]
    [TestCase("shapes/smoke-names/synonyms-4-seed-1", "--class boat", "shapes/smoke-names/synonyms-4-seed-1 is not in the store, or not all of it: run it first (pole run shapes/smoke-names/synonyms-4-seed-1)")]
    public void What_cannot_be_tried_is_one_line(string experiment, string arguments, string error)
    {
        var run = Try(experiment, [.. arguments.Split(' '), "--image", image, "--output", Path.Combine(folder, "try.html"), "--quiet"]);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.StartWith($"error: {error}").And.Not.Contain("\n"));
        Assert.That(Directory.GetFiles(folder), Is.Empty);
    }

    [Test]
    public void An_image_that_is_missing_or_none_and_a_page_that_cannot_be_written_are_one_line()
    {
        var (missing, text) = (Path.Combine(folder, "missing.jpg"), Path.Combine(folder, "text.jpg"));
        File.WriteAllText(text, "no image");
        string Fault(string photo, string output)
        {
            var run = Try(Frozen, "--image", photo, "--class", "boat", "--output", output);
            Assert.That(run.ExitCode, Is.EqualTo(1));
            return run.Error;
        }

        Assert.That(Fault(missing, Path.Combine(folder, "try.html")), Is.EqualTo($"error: {missing} does not exist; get the file again"));
        Assert.That(Fault(text, Path.Combine(folder, "try.html")), Is.EqualTo($"error: {text}: cannot be read as an image: it is no JPEG, PNG, WebP, TIFF or BMP, or its header is damaged; get the file again"));
        Assert.That(Fault(image, folder), Is.EqualTo($"error: {folder} is a folder; name a file with --output"));
        Assert.That(Fault(image, Path.Combine(folder, "none", "try.html")), Does.StartWith($"error: {Path.Combine(folder, "none", "try.html")} cannot be written: there is no folder"));
        Assert.That(Fault(text, text), Is.EqualTo($"error: {text} would be overwritten; give another file with --output"));
    }

    private static PoleProcess Try(string experiment, params string[] arguments) => PoleProcess.Run("pole", ["try", experiment, .. arguments, "--store", SmokeRun.Store]);
}
