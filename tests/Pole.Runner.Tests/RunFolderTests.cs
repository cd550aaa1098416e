using Pole.Runner.Runs;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace Pole.Runner.Tests;

/// <summary>What a run leaves in runs/EXPERIMENT/FINGERPRINT/START.</summary>
public sealed class RunFolderTests
{
    private static readonly string[] Trainings = ["clip", "baseline", "clims", "affinity", "segmentation"];

    [Test]
    public void The_folder_is_named_by_experiment_fingerprint_and_start()
    {
        var parts = Path.GetRelativePath(SmokeRun.Runs, SmokeRun.Folder).Split(Path.DirectorySeparatorChar);

        Assert.That(parts, Has.Length.EqualTo(4));
        Assert.That(parts[..2], Is.EqualTo(new[] { "shapes", "smoke" }));
        Assert.That(Json("result.json").GetProperty("fingerprint").GetString(), Does.StartWith(parts[2]));
        Assert.That(parts[3], Does.Match(@"^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$"));
    }

    [Test]
    public void Every_score_names_the_masks_that_it_was_made_with()
    {
        var result = Json("result.json");

        Assert.That(result.GetProperty("chain").EnumerateArray().Append(result.GetProperty("score")).Select(score => score.GetProperty("masks").GetString()), Is.All.EqualTo("SegmentationClass"));
    }

    [Test]
    public void The_report_and_the_table_name_the_mode_that_CAMs_are_scored_by()
    {
        var threshold = Json("result.json").GetProperty("score").GetProperty("threshold").GetDouble();
        var mode = FormattableString.Invariant($"CAM, threshold {threshold}");
        var table = PoleProcess.Run("pole", "run", SmokeRun.Name, "--store", SmokeRun.Store, "--runs", Path.Combine(SmokeRun.Root, "again"));

        Assert.That(File.ReadAllText(InFolder("report.html")), Does.Contain($"mIoU, {mode}, val, masks SegmentationClass"));
        // Long lines are broken to the width of the terminal.
        Assert.That(table.Output.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal), Does.Contain($"{SmokeRun.Name}: {mode}, no refinement").And.Contain("split val: masks SegmentationClass"));
    }

    [Test]
    public void The_resolved_spec_is_what_show_prints() => Assert.That(File.ReadAllText(InFolder("spec.yaml")).TrimEnd('\n'), Is.EqualTo(PoleProcess.Run("pole", "show", SmokeRun.Name).Output));

    [Test]
    public void The_environment_names_commit_packages_device_threads_and_seeds()
    {
        var environment = Json("environment.json");

        Assert.That(environment.GetProperty("framework").GetString(), Does.Match(@"^\d+\.\d+\.\d+(\+[0-9a-f]{40})?$"));
        Assert.That(environment.GetProperty("device").GetString(), Is.EqualTo("cpu").Or.StartsWith("cuda"));
        Assert.That(environment.GetProperty("threads").GetInt32(), Is.Positive);
        Assert.That(environment.GetProperty("seeds").EnumerateArray().Select(seed => seed.GetInt32()), Is.EqualTo(new[] { 0 }));
        Assert.That(environment.GetProperty("packages").EnumerateObject().Select(package => package.Name), Does.Contain("TorchSharp"));
    }

    [Test]
    public void Every_step_of_every_training_is_a_line_of_JSON_with_its_losses_and_rates()
    {
        var lines = File.ReadLines(InFolder("metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();

        Assert.That(lines.Select(line => line.GetProperty("stage").GetString()).Distinct(), Is.EqualTo(Trainings));
        foreach (var stage in lines.GroupBy(line => line.GetProperty("stage").GetString()))
            Assert.That(stage.Select(line => line.GetProperty("step").GetInt32()), Is.EqualTo(Enumerable.Range(1, stage.Count())));
        var clims = lines.First(line => line.GetProperty("stage").GetString() == "clims");
        // The spec's weights: otm 10, btm 24, cbs 1, reg 0.2.
        Assert.That(10 * Value("loss.otm") + 24 * Value("loss.btm") + Value("loss.cbs") + 0.2 * Value("loss.reg"), Is.EqualTo(Value("loss")).Within(1e-4));
        Assert.That(Value("rate.0"), Is.EqualTo(0.001));

        double Value(string name) => clims.GetProperty(name).GetDouble();
    }

    [Test]
    public void The_last_and_the_best_network_of_each_training_are_kept() =>
        Assert.That(Directory.GetFiles(InFolder("checkpoints")).Select(Path.GetFileName), Is.EquivalentTo(Trainings.SelectMany(stage => new[] { $"{stage}.last.safetensors", $"{stage}.best.safetensors" })));

    [Test]
    public void The_outputs_have_what_each_image_adds_and_the_chosen_names()
    {
        var files = Directory.GetFiles(InFolder("outputs")).Select(Path.GetFileName).ToList();

        Assert.That(files, Is.EquivalentTo(new[] { "val.images.cam.jsonl", "train.images.cam.jsonl", "train.images.random-walk.jsonl", "train.images.random-walk-crf.jsonl", "val.images.segmentation.jsonl", "val.images.segmentation-crf.jsonl", "names.csv" }));
        Assert.That(File.ReadLines(InFolder(Path.Combine("outputs", "val.images.cam.jsonl"))).Count(), Is.EqualTo(8));
    }

    [Test]
    public void The_images_add_up_to_the_score()
    {
        var images = Pipeline.Evaluation.ImageScore.Read(InFolder(Path.Combine("outputs", "val.images.segmentation-crf.jsonl")));
        var ious = images.SelectMany(image => image.Labels.Select((label, index) => (label, image.Intersection[index], image.Union[index]))).GroupBy(entry => entry.label).Select(label => (double)label.Sum(entry => entry.Item2) / label.Sum(entry => entry.Item3));
        var score = Json("result.json").GetProperty("chain").EnumerateArray().Last();

        Assert.That(score.GetProperty("step").GetString(), Is.EqualTo("segmentation + CRF"));
        Assert.That(ious.Average(), Is.EqualTo(score.GetProperty("mean-iou").GetDouble()).Within(1e-12));
    }

    [Test]
    public void The_log_says_what_happened_and_that_it_ended()
    {
        var log = File.ReadAllText(InFolder("log.txt"));

        Assert.That(log, Does.Match(@"Z baseline: begins\n").And.Match(@"Z segmentation-evaluation: [\d.]+ s, [\d.]+ GB\n").And.EndWith("ended\n"));
    }

    [Test]
    public void TensorBoards_events_are_whole_and_have_scalars_rates_histograms_and_CAMs()
    {
        var bytes = File.ReadAllBytes(Directory.GetFiles(InFolder("tensorboard"), "events.out.tfevents.*").Single());
        var events = new StringBuilder();
        // TFRecord: length, its masked CRC-32C, data, its masked CRC-32C.
        var place = 0;
        for (; place < bytes.Length; place += 4)
        {
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(place));
            Assert.That(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(place + 8)), Is.EqualTo(Masked(bytes.AsSpan(place, 8))));
            Assert.That(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(place + 12 + length)), Is.EqualTo(Masked(bytes.AsSpan(place + 12, length))));
            events.Append(Encoding.Latin1.GetString(bytes, place + 12, length));
            place += 12 + length;
        }

        Assert.That(events.ToString(), Does.Contain("clims/loss/otm").And.Contain("baseline/rate/0").And.Contain("segmentation/weights/").And.Contain("clims/cams/shapes_000000").And.Contain("\u0089PNG"));
    }

    [Test]
    public void A_second_run_has_a_folder_of_its_own_with_the_same_measurements()
    {
        var runs = Path.Combine(SmokeRun.Root, "second");
        var first = SmokeRun.Folder;
        Assert.That(PoleProcess.Run("pole", "run", SmokeRun.Name, "--store", SmokeRun.Store, "--runs", runs, "--quiet").Output, Is.Empty);
        var second = Path.GetDirectoryName(Directory.GetFiles(runs, "result.json", SearchOption.AllDirectories).Single())!;

        Assert.That(File.ReadAllText(Path.Combine(second, "metrics.jsonl")), Is.EqualTo(File.ReadAllText(Path.Combine(first, "metrics.jsonl"))));
        Assert.That(File.ReadAllText(Path.Combine(second, "log.txt")), Does.Contain("clims: stored in "));
    }

    [Test]
    public void A_run_comes_after_all_others_by_name_also_when_many_begin_at_once_and_after_the_clock_was_set_back()
    {
        var parent = Directory.CreateTempSubdirectory("pole-runs-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(parent, "notes"));
            List<string> names = [$"{DateTime.UtcNow.AddDays(1):yyyy-MM-dd'T'HH-mm-ss'Z'}"];
            Directory.CreateDirectory(Path.Combine(parent, names[0]));
            for (var run = 0; run < 12; run++) names.Add(Path.GetFileName(Directory.CreateDirectory(StartedFolder.FreeName(parent)).FullName));

            Assert.That(names, Is.Ordered.Using<string>(StringComparer.Ordinal).And.Unique);
            Assert.That(names[^1], Does.StartWith(names[0]));
        }
        finally
        {
            Directory.Delete(parent, recursive: true);
        }
    }

    [Test]
    public void Runs_that_begin_at_the_same_moment_have_a_folder_each()
    {
        var parent = Directory.CreateTempSubdirectory("pole-runs-").FullName;
        try
        {
            var folders = new string[16];
            Parallel.For(0, folders.Length, new ParallelOptions { MaxDegreeOfParallelism = folders.Length }, run => folders[run] = StartedFolder.Create(parent, folder => File.WriteAllText(Path.Combine(folder, "run"), $"{run}")));

            Assert.That(folders.Select(folder => File.ReadAllText(Path.Combine(folder, "run"))), Is.EqualTo(Enumerable.Range(0, folders.Length).Select(run => $"{run}")));
            Assert.That(Directory.GetDirectories(parent), Has.Length.EqualTo(folders.Length));
        }
        finally
        {
            Directory.Delete(parent, recursive: true);
        }
    }

    [Test]
    public void Json_prints_events_and_the_result_one_object_a_line()
    {
        _ = SmokeRun.Folder;
        var run = PoleProcess.Run("pole", "run", SmokeRun.Name, "--store", SmokeRun.Store, "--runs", Path.Combine(SmokeRun.Root, "json"), "--json");
        var lines = run.Output.Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();

        Assert.That(lines.Select(line => line.GetProperty("event").GetString()).Distinct(), Is.EquivalentTo(new[] { "experiment", "begin", "end", "stored", "result" }).Or.EquivalentTo(new[] { "experiment", "begin", "progress", "end", "stored", "result" }));
        Assert.That(lines[^1].GetProperty("result").GetProperty("experiment").GetString(), Is.EqualTo(SmokeRun.Name));
        Assert.That(File.Exists(Path.Combine(lines[^1].GetProperty("folder").GetString()!, "report.html")));
    }

    private static uint Masked(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data) crc = BitOperations.Crc32C(crc, value);
        crc = ~crc;
        return unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8u);
    }

    private static string InFolder(string name) => Path.Combine(SmokeRun.Folder, name);

    private static JsonElement Json(string name) => JsonDocument.Parse(File.ReadAllText(InFolder(name))).RootElement;
}
