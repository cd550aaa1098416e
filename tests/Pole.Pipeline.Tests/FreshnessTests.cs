using Pole.Data.Imaging;
using Pole.Data.Voc;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Stages;
using Pole.Zoo.Backbones;
using Pole.Zoo.Clip;
using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>A stored result is found again for the data and weights that it was made from, and for no other.</summary>
public sealed class FreshnessTests
{
    private static readonly TimeSpan Settled = TimeSpan.FromHours(1);

    /// <summary>Training and measuring on photographs, without CLIP.</summary>
    private static readonly Experiment Photographs = MicroExperiment.Baseline with { Name = "micro/voc", Dataset = new Voc12Options { TrainSplit = "train", EvaluationSplit = "val" } };

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-fresh-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void A_run_over_other_images_is_made_from_them()
    {
        TinyVoc.Write(Path.Combine(folder, "data-b"), 26, 24, seed: 1);
        var first = Run(Photographs, "data-a");
        var second = Run(Photographs, "data-b");

        Assert.That(second.Worked, Is.EqualTo(new[] { "data", "baseline", "evaluation" }));
        Assert.That(second.Result.Inputs["train.list"], Is.Not.EqualTo(first.Result.Inputs["train.list"]));
    }

    [Test]
    public void A_list_that_grew_trains_again()
    {
        Run(Photographs);
        TinyVoc.List(Data, "train", Enumerable.Range(0, 7));

        Assert.That(Run(Photographs).Worked, Is.EqualTo(new[] { "data", "baseline", "evaluation" }));
    }

    [Test]
    public void Masks_that_were_zeroed_are_measured_again_and_nothing_is_trained()
    {
        var before = Run(Photographs).Result;
        foreach (var mask in Directory.GetFiles(Devkit("SegmentationClass"))) IndexedPng.Write(mask, new LabelMap(48, 40, new byte[48 * 40]));
        var after = Run(Photographs);

        Assert.That(after.Worked, Is.EqualTo(new[] { "data", "evaluation" }));
        Assert.That(after.Result.Score!.MeanIou, Is.Not.EqualTo(before.Score!.MeanIou));
    }

    [Test]
    public void A_result_says_which_masks_it_was_scored_against()
    {
        var own = Run(Photographs).Result;
        var augmented = Directory.CreateDirectory(Devkit("SegmentationClassAug")).FullName;
        foreach (var mask in Directory.GetFiles(Devkit("SegmentationClass"))) IndexedPng.Write(Path.Combine(augmented, Path.GetFileName(mask)), new LabelMap(48, 40, new byte[48 * 40]));
        var both = Run(Photographs);
        Directory.Delete(Devkit("SegmentationClass"), recursive: true);
        var without = Run(Photographs).Result;

        Assert.That(own.Score!.Masks, Is.EqualTo("SegmentationClass"));
        Assert.That(both.Worked, Does.Not.Contain("evaluation"), "VOC's own masks come first on train");
        Assert.That((both.Result.Score!.Masks, both.Result.Score!.MeanIou), Is.EqualTo((own.Score!.Masks, own.Score!.MeanIou)));
        Assert.That(without.Score!.Masks, Is.EqualTo("SegmentationClassAug"));
        Assert.That(without.Score!.MeanIou, Is.Not.EqualTo(own.Score!.MeanIou));
    }

    [Test]
    public void An_annotation_that_names_another_class_trains_again()
    {
        Run(Photographs);
        File.WriteAllText(Path.Combine(Devkit("Annotations"), "i0.xml"), "<annotation><object><name>boat</name></object></annotation>");

        Assert.That(Run(Photographs).Worked, Does.Contain("baseline"));
    }

    [Test]
    public void An_image_that_no_split_lists_changes_nothing()
    {
        Run(Photographs);
        File.Copy(Path.Combine(Devkit("JPEGImages"), "i0.jpg"), Path.Combine(Devkit("JPEGImages"), "other.jpg"));

        Assert.That(Run(Photographs).Worked, Is.EqualTo(new[] { "data" }));
    }

    [Test]
    public void A_data_set_that_was_copied_elsewhere_keeps_its_results()
    {
        Run(Photographs);
        Directory.Move(Data, Path.Combine(folder, "moved"));
        foreach (var file in Directory.GetFiles(Path.Combine(folder, "moved"), "*", SearchOption.AllDirectories)) File.SetLastWriteTimeUtc(file, DateTime.UtcNow);

        Assert.That(Run(Photographs, "moved").Worked, Is.EqualTo(new[] { "data" }));
    }

    [Test]
    public void Files_that_did_not_change_are_not_read_again()
    {
        Settle(Context());
        Run(Photographs);
        var again = Context();
        new ExperimentRun(Photographs, again).Plan();

        Assert.That(again.Digests.FilesRead, Is.Zero);
    }

    [Test]
    public void A_file_that_was_written_a_moment_ago_is_read_again()
    {
        Run(Photographs);
        var again = Context();
        new ExperimentRun(Photographs, again).Plan();

        Assert.That(again.Digests.FilesRead, Is.GreaterThan(0));
    }

    [Test]
    public void A_change_that_keeps_length_and_time_is_found_where_everything_is_verified()
    {
        Settle(Context());
        Run(Photographs);
        var image = Path.Combine(Devkit("JPEGImages"), "i0.jpg");
        var (time, bytes) = (File.GetLastWriteTimeUtc(image), File.ReadAllBytes(image));
        bytes[^20] ^= 1;
        File.WriteAllBytes(image, bytes);
        File.SetLastWriteTimeUtc(image, time);

        Assert.That(new ExperimentRun(Photographs, Context()).Plan()[0].IsStored, Is.True, "it trusts the time");
        Assert.That(new ExperimentRun(Photographs, Context().Verifying()).Plan()[0].IsStored, Is.False);
    }

    [Test]
    public void The_file_behind_a_symbolic_link_is_what_changes()
    {
        var (image, file) = (Path.Combine(Devkit("JPEGImages"), "i0.jpg"), Path.Combine(folder, "linked.jpg"));
        File.Move(image, file);
        File.CreateSymbolicLink(image, file);
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow - Settled);
        Settle(Context());
        Run(Photographs);
        File.Copy(Path.Combine(Devkit("JPEGImages"), "i1.jpg"), file, overwrite: true);

        Assert.That(new ExperimentRun(Photographs, Context()).Plan()[0].IsStored, Is.False);
    }

    [Test]
    public void A_damaged_memory_of_digests_is_made_again()
    {
        Settle(Context());
        Run(Photographs);
        foreach (var index in Directory.GetFiles(Path.Combine(folder, "inputs", "files"))) File.WriteAllBytes(index, [1, 2, 3]);

        Assert.That(Run(Photographs).Worked, Is.EqualTo(new[] { "data" }));
    }

    [Test]
    public void Explain_names_the_samples_that_make_the_difference()
    {
        Run(Photographs);
        TinyVoc.List(Data, "train", [0, 1, 2, 3, 4, 6]);
        var context = Context();
        var baseline = new ExperimentRun(Photographs, context).Explain()[0];

        var differences = new StoredStages(Path.Combine(folder, "stages")).Nearest("baseline", baseline.Key.Description, context.Contents)!.Value.Differences;
        Assert.That(differences, Does.Contain("data train.images: 1 added (i6), 1 removed (i5)"));
    }

    [Test]
    public void A_label_map_of_another_size_ends_the_run_before_it_trains()
    {
        var mask = Path.Combine(Devkit("SegmentationClass"), "i7.png");
        IndexedPng.Write(mask, new LabelMap(40, 48, new byte[40 * 48]));
        var progress = new RecordingProgress();

        Assert.That(() => new ExperimentRun(Photographs, Context(progress)).Run(), Throws.InstanceOf<ExperimentException>().With.Message.Contains($"{mask}: the label map is 40×48, and its image"));
        Assert.That(progress.Worked, Is.EqualTo(new[] { "data" }));
    }

    [Test]
    public void A_listed_image_that_is_missing_ends_the_run_before_it_trains()
    {
        var image = Path.Combine(Devkit("JPEGImages"), "i3.jpg");
        File.Delete(image);
        var progress = new RecordingProgress();

        Assert.That(() => new ExperimentRun(Photographs, Context(progress)).Run(), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo($"{image} does not exist"));
        Assert.That(progress.Worked, Is.EqualTo(new[] { "data" }));
    }

    /// <summary>Files that a module names, as deep in the spec as they may be.</summary>
    [TestCaseSource(nameof(Weights))]
    public void Weights_that_were_replaced_are_another_input(Experiment experiment, string file, string[] affected)
    {
        var context = Context();
        var before = new ExperimentRun(experiment, context).Plan().ToDictionary(stage => stage.Stage, stage => stage.Key);
        var path = Path.Combine(folder, "weights", file);
        if (file.EndsWith(".safetensors", StringComparison.Ordinal))
        {
            using var scope = NewDisposeScope();
            Safetensors.Write(path, new Dictionary<string, Tensor> { ["weight"] = ones(2) * float.NaN });
        }
        else File.AppendAllText(path, "x");

        var after = new ExperimentRun(experiment, context).Plan();
        Assert.That(after.Where(stage => before[stage.Stage] != stage.Key).Select(stage => stage.Stage), Is.EqualTo(affected));
    }

    private static IEnumerable<TestCaseData> Weights
    {
        get
        {
            string[] afterClip = ["masked-features", "selection", "clims", "evaluation", "confident-labels", "affinity", "pseudo-masks", "mask-evaluation", "segmentation", "segmentation-evaluation"];
            var full = MicroExperiment.Full with { Name = "micro/voc", Dataset = Photographs.Dataset, Prompt = MicroExperiment.Full.Prompt! with { Corpus = TinyVoc.Corpus }, Clip = new VitB32Options() };
            yield return Case(full, "ViT-B-32.pt", afterClip);
            yield return Case(full, "bpe_simple_vocab_16e6.txt.gz", afterClip);
            var huggingFace = full with { Clip = new VitB32Options { Source = ClipSource.HuggingFace } };
            yield return Case(huggingFace, "clip-vit-base-patch32/model.safetensors", afterClip);
            yield return Case(huggingFace, "clip-vit-base-patch32/config.json", afterClip);
            yield return Case(huggingFace, "clip-vit-base-patch32/merges.txt", afterClip);
            yield return Case(Photographs with { BaselineWeights = "res50_cam.pth" }, "res50_cam.pth", ["baseline", "evaluation"]);
            yield return Case(Photographs with { Baseline = Photographs.Baseline! with { InitialWeights = "res50_cam.pth" } }, "res50_cam.pth", ["baseline", "evaluation"]).SetArgDisplayNames("initial-weights");
            yield return Case(Photographs with { Backbone = new ResNet50Options() }, "resnet50-19c8e357.pth", ["baseline", "evaluation"]);
            yield return Case(full with { Segmentation = full.Segmentation! with { Backbone = new CaffeResNetOptions { Weights = "other.pth" } } }, "other.pth", ["segmentation", "segmentation-evaluation"]);
        }
    }

    [Test]
    public void Every_module_that_asks_for_weights_says_which()
    {
        var empty = new ModuleContext { Device = CPU, CacheFolder = folder, WeightsFolder = Directory.CreateDirectory(Path.Combine(folder, "none")).FullName };
        var modules = typeof(ResNetOptions).Assembly.GetTypes().Where(type => type.IsDefined(typeof(PoleModuleAttribute), false)).Select(Activator.CreateInstance).ToList();

        foreach (var module in modules.Where(module => Asks(() => (module as IModuleOptions<Backbone>)?.Create(empty).Dispose()) || Asks(() => (module as IModuleOptions<ClipModel>)?.Create(empty).Dispose())))
            Assert.That(() => (module as IReadsWeights)?.WeightFiles(empty), Throws.InstanceOf<ExperimentException>(), $"{module}");

        static bool Asks(Action create)
        {
            try
            {
                create();
                return false;
            }
            catch (ExperimentException exception)
            {
                return exception.Message.Contains("exist", StringComparison.Ordinal);
            }
        }
    }

    [Test, Explicit("writes 10,582 images; prints what keys cost")]
    public void Keys_over_the_images_of_VOC_read_no_file_where_nothing_changed()
    {
        const int images = 10_582;
        TinyVoc.Write(Data, images, images - 2);
        Settle(Context());
        foreach (var run in new[] { "first", "again", "once more" })
        {
            var context = Context();
            var elapsed = System.Diagnostics.Stopwatch.StartNew();
            new ExperimentRun(Photographs, context).Plan();
            if (run != "first") Assert.That(context.Digests.FilesRead, Is.Zero);
            TestContext.Out.WriteLine($"{run}: {elapsed.Elapsed.TotalSeconds:f2} s, {context.Digests.FilesRead} files read");
        }
    }

    private static TestCaseData Case(Experiment experiment, string file, string[] affected) => new TestCaseData(experiment, file, affected).SetArgDisplayNames(file);

    private string Data => Path.Combine(folder, "data-a");

    private string Devkit(string part)
    {
        Context();
        return Path.Combine(Data, "VOCdevkit", "VOC2012", part);
    }

    private RunContext Context(RecordingProgress? progress = null, string data = "data-a") => TinyVoc.Context(folder, progress ?? new RecordingProgress(), data);

    private (List<string> Worked, ExperimentResult Result) Run(Experiment experiment, string data = "data-a")
    {
        var progress = new RecordingProgress();
        var result = new ExperimentRun(experiment, Context(progress, data)).Run();
        return (progress.Worked, result);
    }

    /// <summary>As if the files had been there for long.</summary>
    private static void Settle(RunContext context)
    {
        foreach (var file in Directory.GetFiles(context.Modules.DataFolder!, "*", SearchOption.AllDirectories)) File.SetLastWriteTimeUtc(file, DateTime.UtcNow - Settled);
    }
}
