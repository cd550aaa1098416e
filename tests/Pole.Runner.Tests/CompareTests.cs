using System.Globalization;
using System.Text.Json.Nodes;

namespace Pole.Runner.Tests;

/// <summary>pole compare, on folders that are copies of one run with other specs, seeds and scores.</summary>
public sealed class CompareTests
{
    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-compare-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Seeds_are_put_together_as_mean_and_deviation_and_only_what_differs_is_a_column()
    {
        var run = Compare("text", Copy("two", 2, 0, 0.40), Copy("two", 2, 1, 0.44), Copy("four", 4, 0, 0.50), Copy("four", 4, 1, 0.50), Copy("four", 4, 2, 0.53));

        Assert.That(run.Output, Does.Match(@"experiment +prompt\.synonyms +seeds +CAM val +difference +95 % over seeds +verdict +95 % over images"));
        Assert.That(run.Output, Does.Match(@"two +2 +2 +42\.0 ± 2\.8").And.Match(@"four +4 +3 +51\.0 ± 1\.7"));
        Assert.That(run.Output, Does.Contain("cannot tell: 2 seeds, about 10 needed"));
    }

    [TestCase("sweep/seed-0-synonyms-4", "sweep/synonyms-4")]
    [TestCase("seeds/pole/seed-0", "seeds/pole")]
    [TestCase("pole-seed-1", "pole")]
    [TestCase("seed-1", "seed-1")]
    [TestCase("pole/seed-words-4", "pole/seed-words-4")]
    public void A_row_over_seeds_is_not_called_by_one_of_them(string name, string row)
    {
        var run = Compare("text", Copy(name, 2, 0, 0.40), Copy("other", 2, 1, 0.44));

        Assert.That(run.Output, Does.Match($@"(?m)^ *{row} +2 "));
    }

    [Test]
    public void Images_alone_have_an_interval_and_one_seed_claims_nothing()
    {
        Compare("text", Copy("two", 2, 0, 0.4), Copy("four", 4, 0, 0.5, image => image["intersection"]!.AsArray().Select((_, index) => (long)image["union"]![index]!).ToArray()), "--output", Path.Combine(folder, "out"));
        var lines = File.ReadAllLines(Path.Combine(folder, "out", "comparison.csv"));
        var (header, row) = (lines[0].Split(','), lines[2].Split(','));
        double Cell(string name) => double.Parse(row[Array.IndexOf(header, name)], CultureInfo.InvariantCulture);

        // By images, the second is right on every pixel; by seeds, the records say what was measured.
        Assert.That(Cell("CAM val difference"), Is.EqualTo(0.1).Within(1e-9));
        Assert.That(Cell("low over images"), Is.Positive.And.LessThanOrEqualTo(Cell("high over images")));
        Assert.That(Cell("p over images"), Is.LessThan(0.001));
        Assert.That(row[Array.IndexOf(header, "verdict")], Is.EqualTo("cannot tell: one seed"));
        Assert.That(row[Array.IndexOf(header, "p over seeds")], Is.Empty);
    }

    [Test]
    public void CSV_and_JSON_have_a_row_a_run_and_nothing_else_on_standard_output()
    {
        string[] runs = [Copy("two", 2, 0, 0.40), Copy("two", 2, 1, 0.44)];
        var (csv, json) = (Compare("csv", runs), JsonNode.Parse(Compare("json", runs).Output)!.AsArray());

        Assert.That(csv.Output.Split('\n'), Has.Length.EqualTo(3));
        Assert.That(csv.Output, Does.StartWith("experiment,folder,fingerprint,seed,method,CAM mode,CAM val mIoU,").And.Contain($"\ntwo,{runs[1]},two-1-fingerprint,1,POLE,"));
        Assert.That(json.Select(run => (double)run!["CAM val mIoU"]!), Is.EqualTo(new[] { 0.40, 0.44 }));
    }

    [Test]
    public void Markdown_LaTeX_and_HTML_have_the_same_cells()
    {
        string[] runs = [Copy("two", 2, 0, 0.40), Copy("two", 2, 1, 0.44), Copy("four", 4, 0, 0.50)];

        Assert.That(Compare("markdown", runs).Output, Does.StartWith("| experiment | prompt.synonyms | seeds | CAM val |").And.Contain("|---|---|---:|").And.Contain("| two | 2 | 2 | 42.0 ± 2.8 |"));
        Assert.That(Compare("latex", runs).Output, Does.StartWith("\\begin{tabular}{llrrrrrr}\n\\toprule\n").And.Contain("two & 2 & 2 & 42.0 $\\pm$ 2.8 &").And.Contain("95 \\%").And.EndWith("\\bottomrule\n\\end{tabular}"));
        Assert.That(Compare("html", runs).Output, Does.StartWith("<!doctype html>").And.Contain("42.0 &#177; 2.8"));
    }

    [Test]
    public void Figures_are_drawn_from_the_runs()
    {
        Assert.That(PoleProcess.Run("pole", ["compare", Copy("two", 2, 0, 0.4), Copy("four", 4, 0, 0.5), "--output", Path.Combine(folder, "out")]).ExitCode, Is.Zero);
        var names = File.ReadAllText(Path.Combine(folder, "out", "names.svg"));
        var radar = File.ReadAllText(Path.Combine(folder, "out", "ground-truth-names.svg"));

        Assert.That(names, Does.Contain("mIoU of CAM val against the number of names").And.Contain("shapes: 2, 40").And.Contain("shapes: 4, 50"));
        Assert.That(radar, Does.Contain("Images in which the ground-truth name was chosen").And.Contain("synonyms 2").And.Contain(">fish"));
        Assert.That(new[] { names, radar }, Is.All.Matches<string>(svg => System.Xml.Linq.XDocument.Parse(svg!).Root!.Name.LocalName == "svg"));
    }

    [Test]
    public void A_part_that_only_some_have_is_one_column()
    {
        var run = Compare("markdown", Copy("with", 2, 0, 0.4), Copy("without", 2, 0, 0.4, change: spec =>
        {
            foreach (var key in spec.Select(entry => entry.Key).Where(key => key.StartsWith("clip.", StringComparison.Ordinal)).ToList()) spec.Remove(key);
        }));

        Assert.That(run.Output.Split('\n')[0], Does.StartWith("| experiment | clip | seeds |"));
        Assert.That(run.Output, Does.Contain("\n| with | tiny-clip | 1 |").And.Contain("\n| without | – | 1 |"));
    }

    [Test]
    public void Runs_that_were_made_from_different_data_are_warned_of()
    {
        var (one, other) = (Copy("one", 2, 0, 0.4), Copy("other", 4, 0, 0.5));
        Assert.That(Compare("markdown", one, other).Error, Is.Empty);

        var path = Path.Combine(other, "result.json");
        var record = JsonNode.Parse(File.ReadAllText(path))!;
        Assert.That(record["inputs"]!.AsObject().Select(input => input.Key), Is.SupersetOf(new[] { "train.images", "train.list", "val.label maps" }));
        record["inputs"]!["train.images"] = "0123";
        File.WriteAllText(path, record.ToJsonString());
        var run = Compare("markdown", one, other);

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Error, Does.Match(@"^warning: one \(.*\) and other \(.*\) were made from different files, so their scores do not compare: train\.images$"));
        Assert.That(run.Output, Does.Contain("**Warning:** one"));
        Assert.That(Compare("html", one, other).Output, Does.Contain("Warning: one"));
    }

    [Test]
    public void Runs_that_different_machines_computed_are_warned_of()
    {
        var (one, other) = (Copy("one", 2, 0, 0.4), Copy("other", 4, 0, 0.5));
        var path = Path.Combine(other, "result.json");
        var record = JsonNode.Parse(File.ReadAllText(path))!;
        foreach (var stage in record["stages"]!.AsArray().Where(stage => (string?)stage!["stage"] is "clip" or "baseline"))
        {
            Assert.That((int?)stage!["machine"]!["threads"], Is.EqualTo(2));
            stage["machine"]!["threads"] = 16;
        }

        File.WriteAllText(path, record.ToJsonString());
        var run = Compare("markdown", one, other);

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Error, Does.Match(@"^warning: one \(.*\) and other \(.*\) were computed on different machines, and rounding alone may move their scores: threads 2 and 16 \(clip, baseline\)$"));
    }

    [Test]
    public void Other_data_that_the_spec_asks_for_is_no_surprise()
    {
        var other = Copy("other", 2, 0, 0.5, change: spec => spec["dataset.side"] = "96");
        var path = Path.Combine(other, "result.json");
        var record = JsonNode.Parse(File.ReadAllText(path))!;
        record["inputs"]!["train.images"] = "0123";
        File.WriteAllText(path, record.ToJsonString());

        Assert.That(Compare("markdown", Copy("one", 2, 0, 0.4), other).Error, Is.Empty);
    }

    [Test]
    public void An_experiment_is_its_last_run_that_ended()
    {
        _ = SmokeRun.Folder;

        Assert.That(PoleProcess.Run("pole", "compare", SmokeRun.Name, "--runs", SmokeRun.Runs, "--format", "csv").Output, Does.Contain($"\nshapes/smoke,{SmokeRun.Folder},"));
    }

    [Test]
    public void An_experiment_without_a_run_is_one_error_with_the_way_out()
    {
        var run = PoleProcess.Run("pole", "compare", "shapes/cam", "--runs", folder);

        Assert.That((run.ExitCode, run.Error), Is.EqualTo((1, $"error: shapes/cam has no run in {folder} that ended: run it first (pole run shapes/cam); stored stages are reused")));
    }

    [Test]
    public void Of_a_pattern_those_that_ended_are_compared_and_the_others_named()
    {
        var run = PoleProcess.Run("pole", "compare", "shapes/smoke*", "--runs", SmokeRun.Runs, "--format", "csv");

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Contain($"\nshapes/smoke,{SmokeRun.Folder},"));
        Assert.That(run.Error, Does.StartWith($"warning: left out, since they have no run in {SmokeRun.Runs} that ended: ").And.Match(@"shapes/smoke-[^$]* and \d+ more$"));
    }

    [Test]
    public void A_pattern_without_any_run_is_one_error_with_the_way_out()
    {
        var run = PoleProcess.Run("pole", "compare", "shapes/smoke*", "--runs", folder);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Match($@"^error: none of the \d+ experiments of 'shapes/smoke\*' has a run in {folder} that ended: run them first"));
    }

    [Test]
    public void A_name_that_is_nothing_is_one_error() => Assert.That(PoleProcess.Run("pole", "compare", "shapes/pol").Error, Does.StartWith("error: 'shapes/pol' is no experiment, sweep or pattern"));

    private static PoleProcess Compare(string format, params string[] runs) => PoleProcess.Run("pole", ["compare", .. runs, "--format", format]);

    private string Copy(string name, int synonyms, int seed, double score, Func<JsonNode, long[]>? intersections = null, Action<JsonObject>? change = null)
    {
        var target = Path.Combine(folder, $"{name}-{seed}");
        Directory.CreateDirectory(Path.Combine(target, "outputs"));
        var record = JsonNode.Parse(File.ReadAllText(Path.Combine(SmokeRun.Folder, "result.json")))!;
        (record["experiment"], record["seed"], record["fingerprint"]) = (name, seed, $"{name}-{seed}-fingerprint");
        (record["spec"]!["prompt.synonyms"], record["spec"]!["seed"]) = ($"{synonyms}", $"{seed}");
        record["score"]!["mean-iou"] = score;
        record["chain"] = new JsonArray();
        change?.Invoke(record["spec"]!.AsObject());
        File.WriteAllText(Path.Combine(target, "result.json"), record.ToJsonString());
        File.WriteAllLines(Path.Combine(target, "outputs", "val.images.cam.jsonl"), File.ReadLines(Path.Combine(SmokeRun.Folder, "outputs", "val.images.cam.jsonl")).Select(line =>
        {
            var image = JsonNode.Parse(line)!;
            if (intersections is not null) image["intersection"] = new JsonArray([.. intersections(image).Select(pixels => (JsonNode)pixels)]);
            return image.ToJsonString();
        }));
        return target;
    }
}
