using System.Reflection;
using System.Text.Json;
using Pole.Data.Imaging;
using Pole.Data;
using Pole.Experiments;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.External;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Stages.Semples;
using Pole.Zoo.Backbones;
using Pole.Zoo.Clip;
using Pole.Zoo.Prompts.Describing;
using Pole.Zoo.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>
/// The checked-in specs of VOC and COCO run on real photographs. Networks, crops, schedules and losses are those of the spec; there are a few
/// steps, small batches and one scale, and random weights in place of those that are not in the repository.
/// </summary>
public sealed class PublishedSpecsTests
{
    private const int Images = 3;

    private static readonly string Data = Path.GetFullPath(Path.Combine(typeof(PublishedSpecsTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "..", "shared", "data"));

    private string folder = "";
    private int images = Images;

    [SetUp]
    public void CreateFolder()
    {
        if (!Directory.Exists(Data)) Assert.Ignore($"{Data} is not there");
        folder = Directory.CreateTempSubdirectory("pole-published-").FullName;
        images = Images;
    }

    [TearDown]
    public void DeleteFolder()
    {
        if (folder.Length > 0) Directory.Delete(folder, recursive: true);
    }

    [Test, Explicit("takes a minute; .ci/run runs it"), Category("Slow")]
    public void The_VOC_chain_runs_from_photographs_to_a_measured_segmentation()
    {
        WriteVoc();
        var experiment = Shorten(Find("voc12/pole-full"));
        var result = Run(experiment, new RecordingProgress());

        Assert.That(result.Choices!.All.Select(choice => choice.Image).Distinct().Count(), Is.EqualTo(Images));
        Assert.That(result.Chain.Select(score => (score.Step, score.Split, score.Images)), Is.EqualTo(new[] { ("CAM", "train_aug", Images), ("random walk", "train_aug", Images), ("segmentation", "val", 1), ("segmentation + CRF", "val", 1) }));

        // AffinityNet's chain shares everything up to the CAMs: its confident labels are others.
        var progress = new RecordingProgress();
        Run(Shorten(Find("voc12/pole-affinity-net")) with { Segmentation = null }, progress);
        Assert.That(progress.Worked, Is.EqualTo(new[] { "data", "confident-labels", "affinity", "pseudo-masks", "mask-evaluation" }));
    }

    [Test, Explicit("takes two minutes, for whoever changes coco14; .ci/run runs that of VOC")]
    public void The_COCO_chain_runs_from_photographs_to_a_measured_segmentation()
    {
        WriteCoco();
        var result = Run(Shorten(Find("coco14/clims-full")), new RecordingProgress());

        Assert.That(result.Chain.Select(score => (score.Step, score.Split)), Is.EqualTo(new[] { ("CAM", "train2014"), ("random walk", "train2014"), ("segmentation", "val2014"), ("segmentation + CRF", "val2014") }));
        Assert.That(result.Chain[0].Iou, Has.Count.EqualTo(81));
    }

    [Explicit("takes a minute; .ci/run runs it on VOC"), TestCase("voc12/clip-es", Category = "Slow"), TestCase("coco14/clip-es")]
    public void CLIP_ES_runs_from_photographs_to_measured_masks(string name)
    {
        if (name.StartsWith("voc", StringComparison.Ordinal)) WriteVoc();
        else WriteCoco();
        var result = Run(Find(name) with { Clip = new RandomVitOptions { PatchSize = 16 } }, new RecordingProgress());

        Assert.That(result.Chain.Select(score => (score.Step, score.Images)), Is.EqualTo(new[] { ("CAM", Images), ("CRF", Images) }));
        Assert.That(result.Score!.Images, Is.EqualTo(1));
    }

    [Explicit("takes a minute; .ci/run runs it on VOC"), TestCase("voc12/weclip", Category = "Slow"), TestCase("coco14/weclip")]
    public void WeCLIP_runs_from_photographs_to_a_measured_segmentation(string name)
    {
        if (name.StartsWith("voc", StringComparison.Ordinal)) WriteVoc();
        else WriteCoco();
        var published = Find(name);
        // The second of two steps is under the learnt affinity.
        var training = published.Segmentation!.Training with { Iterations = 2, BatchSize = 2 };
        var heldOut = name.StartsWith("voc", StringComparison.Ordinal) ? "val" : "val2014";
        var result = Run(published with { Clip = new RandomVitOptions { PatchSize = 16 }, Segmentation = published.Segmentation with { Training = training } }, new RecordingProgress());

        Assert.That(result.Chain.Select(score => (score.Step, score.Split, score.Images)), Is.EqualTo(new[] { ("segmentation", heldOut, 1), ("segmentation + CRF", heldOut, 1) }));
    }

    [Explicit("takes minutes, for whoever changes the stages of SemPLeS"), TestCase("voc12/semples"), TestCase("coco14/semples")]
    public void SemPLeS_terms_run_from_photographs_to_measured_CAMs(string name)
    {
        if (name.StartsWith("voc", StringComparison.Ordinal)) WriteVoc();
        else WriteCoco();
        var published = Find(name);
        var prompts = (BackgroundPromptsOptions)published.Stages![1];
        var progress = new RecordingProgress();
        var result = Run(published with
        {
            Backbone = ((ResNet50Options)published.Backbone!) with { Pretrained = false }, BaselineWeights = null, Baseline = Shorten(OwnBaseline), Clip = new RandomVitOptions(), Cam = published.Cam with { Scales = [0.5] },
            Clims = Shorten(published.Clims!), Stages = [published.Stages[0], prompts with { Training = Shorten(prompts.Training) }],
        }, progress);

        Assert.That(progress.Worked, Is.EqualTo(new[] { "data", "baseline", "segment-label-matching", "background-prompts", "clims", "evaluation" }));
        Assert.That(result.Score!.Images, Is.EqualTo(1));
    }

    [Explicit("takes a minute; .ci/run runs it on VOC"), TestCase("voc12/excel", Category = "Slow"), TestCase("coco14/excel")]
    public void ExCEL_runs_from_photographs_to_measured_masks(string name)
    {
        var experiment = Find(name);
        var bank = ((DescriptionBankOptions)experiment.Prompt!.Learner!).File!;
        if (name.StartsWith("voc", StringComparison.Ordinal))
        {
            WriteVoc();
            File.Copy(Path.Combine(Data, "clip-text", "excel", bank), Path.Combine(folder, bank));
        }
        else
        {
            WriteCoco();
            using var scope = NewDisposeScope();
            TorchArchive.Write(Path.Combine(folder, bank), [(["0"], rand(512, 224)), (["1"], ones(80, 224))]);
        }

        var result = Run(experiment with { Clip = new RandomVitOptions { PatchSize = 16 } }, new RecordingProgress());

        Assert.That(result.Chain.Select(score => (score.Step, score.Images)), Is.EqualTo(new[] { ("CAM", Images), ("PAR", Images) }));
        Assert.That(result.Score!.Images, Is.EqualTo(1));
    }

    /// <summary>Prints what docs/scaling.md has: time and peak memory of each stage at the published sizes and scales, trainings with batches of two.</summary>
    [Test, Explicit("prints measurements, takes minutes"), Platform("Linux")]
    public void Costs_of_the_stages_of_VOC()
    {
        WriteVoc();
        var published = Find("voc12/pole-full");

        PrintCosts(Shorten(published) with { Cam = published.Cam });
    }

    /// <summary>Prints the peak memory of docs/scaling.md; the stages between the trainings run at one scale.</summary>
    [Test, Explicit("prints measurements, takes minutes and 24 GB"), Platform("Linux")]
    public void Costs_of_the_trainings_of_VOC_at_the_published_batches()
    {
        var published = Find("voc12/pole-full");
        images = published.Refinement!.Training!.BatchSize;
        WriteVoc();
        var shortened = Shorten(published);

        PrintCosts(shortened with
        {
            Baseline = OneStep(OwnBaseline),
            Prompt = published.Prompt! with { Synonyms = 1 },
            Clims = OneStep(published.Clims!),
            Refinement = shortened.Refinement! with { Training = OneStep(published.Refinement.Training!) },
            Segmentation = shortened.Segmentation! with { Training = OneStep(published.Segmentation!.Training) },
        });
    }

    private void PrintCosts(Experiment experiment)
    {
        var (context, costs) = (MicroExperiment.Context(folder, new RecordingProgress()), new StageCosts());
        new ExperimentRun(experiment, context with { Modules = context.Modules with { DataFolder = folder }, Progress = costs }).Run();

        Assert.That(costs.Measured, Is.Not.Empty);
        foreach (var cost in costs.Measured) TestContext.Out.WriteLine($"{cost.Stage}: {cost.Elapsed.TotalSeconds:f1} s, peak {cost.Peak / 1e9:f2} GB, {cost.Before / 1e9:f2} GB before");
    }

    /// <summary>The published specs start from a file.</summary>
    private static TrainingOptions OwnBaseline => Find("voc12/clims-own-baseline").Baseline!;

    private static Experiment Find(string name) => CompiledExperiments.All.Single(experiment => experiment.Name == name).Value;

    private ExperimentResult Run(Experiment experiment, RecordingProgress progress)
    {
        var context = MicroExperiment.Context(folder, progress);
        return new ExperimentRun(experiment, context with { Modules = context.Modules with { DataFolder = folder, WeightsFolder = folder } }).Run();
    }

    private static Experiment Shorten(Experiment experiment) => experiment with
    {
        Backbone = ((ResNet50Options)experiment.Backbone!) with { Pretrained = false },
        Clip = new RandomVitOptions(),
        Cam = experiment.Cam with { Scales = [0.5] },
        BaselineWeights = null,
        Baseline = Shorten(OwnBaseline),
        Clims = Shorten(experiment.Clims!),
        Refinement = experiment.Refinement! with
        {
            Backbone = experiment.Refinement.Backbone is ResNet50Options backbone ? backbone with { Pretrained = false } : null,
            Training = Shorten(experiment.Refinement.Training!),
        },
        Segmentation = experiment.Segmentation! with { Backbone = ((CaffeResNetOptions)experiment.Segmentation.Backbone!) with { Weights = null }, Training = Shorten(experiment.Segmentation.Training) with { BatchSize = 1, Accumulate = 2 } },
    };

    private static TrainingOptions Shorten(TrainingOptions training) => OneStep(training) with { BatchSize = 2 };

    private static TrainingOptions OneStep(TrainingOptions training) => training with { Epochs = null, Iterations = 1 };

    /// <summary>Photographs of VOC in its layout; in place of the ground truth, which is not here, the labels of the published CAMs.</summary>
    private void WriteVoc()
    {
        var root = Directory.CreateDirectory(Path.Combine(folder, "VOCdevkit", "VOC2012")).FullName;
        string Part(params string[] parts) => Directory.CreateDirectory(Path.Combine([root, .. parts])).FullName;
        foreach (var photograph in Photographs())
        {
            File.Copy(photograph.Path, Path.Combine(Part("JPEGImages"), $"{photograph.Id}.jpg"));
            IndexedPng.Write(Path.Combine(Part("SegmentationClass"), $"{photograph.Id}.png"), photograph.Labels);
            var objects = photograph.Classes.Select(present => $"<object><name>{DatasetClasses.Of(Find("voc12/pole-full").Dataset)[present]}</name></object>");
            File.WriteAllText(Path.Combine(Part("Annotations"), $"{photograph.Id}.xml"), $"<annotation>{string.Concat(objects)}</annotation>");
        }

        var ids = Photographs().Select(photograph => photograph.Id).ToList();
        foreach (var (split, count) in new[] { ("train_aug", images), ("train", 1), ("val", 1) }) File.WriteAllLines(Path.Combine(Part("ImageSets", "Segmentation"), $"{split}.txt"), ids.Take(count));
    }

    /// <summary>The same photographs as a small COCO, each with a rectangle of its first class's number.</summary>
    private void WriteCoco()
    {
        foreach (var (split, count) in new[] { ("train2014", Images), ("val2014", 1) })
        {
            var (listed, annotations) = (new List<object>(), new List<object>());
            var target = Directory.CreateDirectory(Path.Combine(folder, "coco", split)).FullName;
            foreach (var photograph in Photographs().Take(count))
            {
                File.Copy(photograph.Path, Path.Combine(target, $"{split}-{photograph.Id}.jpg"));
                listed.Add(new { id = listed.Count + 1, file_name = $"{split}-{photograph.Id}.jpg", width = photograph.Labels.Width, height = photograph.Labels.Height });
                annotations.Add(new { image_id = listed.Count, category_id = photograph.Classes[0] + 1, area = 10_000, iscrowd = 0, segmentation = new[] { new[] { 50, 50, 250, 50, 250, 200, 50, 200 } } });
            }

            File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "coco", "annotations")).FullName, $"instances_{split}.json"), JsonSerializer.Serialize(new { images = listed, annotations }));
        }
    }

    private IEnumerable<(string Id, string Path, IReadOnlyList<int> Classes, LabelMap Labels)> Photographs()
    {
        var paths = Directory.GetFiles(Path.Combine(Data, "voc18", "images")).Order(StringComparer.Ordinal).ToList();
        for (var image = 0; image < images; image++)
        {
            using var scope = NewDisposeScope();
            var path = paths[image % paths.Count];
            var id = Path.GetFileNameWithoutExtension(path);
            var cam = CamFile.Read(Path.Combine(Data, "voc18", "cams", $"{id}.npy"), 20);
            yield return ($"{id}-{image}", path, cam.Classes, CamLabels.FromCams(cam.HighResolution, cam.Classes, 0.15));
        }
    }

    /// <summary>ViT-B with its own tokenizer and random weights.</summary>
    private sealed record RandomVitOptions : IModuleOptions<ClipModel>, IClipShape
    {
        public ClipShape Shape => new(512, 77) { Vit = new VitShape(768, PatchSize, 12, 224, PixelNormalisation.Clip) };

        public int PatchSize { get; init; } = 32;

        public ClipModel Create(ModuleContext context)
        {
            random.manual_seed(0);
            var clip = new ClipNetwork(new ClipArchitecture
            {
                EmbeddingSize = 512, ImageResolution = 224, VisionLayers = [12], VisionWidth = 768, VisionPatchSize = PatchSize, VisionHeads = 12,
                ContextLength = 77, VocabularySize = 49_408, TextWidth = 512, TextHeads = 8, TextLayers = 12,
            }, ClipTokenizer.Read(Path.Combine(Data, "bpe_simple_vocab_16e6.txt.gz")));
            return clip;
        }
    }
}
