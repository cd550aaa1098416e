using System.Reflection;
using Pole.Data;
using Pole.Data.Voc;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Training;
using Pole.Zoo.Backbones;
using Pole.Zoo.Clip.Aligned;
using Pole.Zoo.Objective;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>A judge fitted to image-level labels is a stage like others: stored, shared, and made anew when what it was made from changes.</summary>
public sealed class AlignedClipStageTests
{
    private static readonly string Shared = Path.GetFullPath(Path.Combine(typeof(AlignedClipStageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "..", "shared", "data", "clip-text"));

    private static readonly AlignedB16Options Clip = new() { Backbone = new ResNetOptions { Width = 4, FreezeStem = false }, ImageResolution = 32, Views = 3, Steps = 40, BatchSize = 8, LearningRate = 0.05, Cone = 0.3 };

    private static readonly Experiment Experiment = MicroExperiment.Pole with
    {
        Name = "micro/aligned",
        Dataset = new Voc12Options { TrainSplit = "train", EvaluationSplit = "val" },
        Clip = Clip,
        Prompt = new PromptOptions { Template = "a photo of a {}", Corpus = Names(2), Synonyms = 2, Backgrounds = ["grass", "railroad"] },
        Objective = new ObjectiveOptions { Terms = [new OtmOptions(), new BtmOptions(), new CbsOptions { Threshold = 0.3 }, new RegOptions()] },
    };

    private string folder = "";

    [SetUp]
    public void CreateFolder()
    {
        if (!Directory.Exists(Shared)) Assert.Ignore($"{Shared} is not there");
        folder = Directory.CreateTempSubdirectory("pole-aligned-").FullName;
        var weights = Directory.CreateDirectory(Path.Combine(folder, "weights")).FullName;
        File.CreateSymbolicLink(Path.Combine(weights, "voc12_single.npy"), Path.Combine(Shared, "zegclip_vitb16_voc12_single.npy"));
        File.CreateSymbolicLink(Path.Combine(weights, "coco_single.npy"), Path.Combine(Shared, "zegclip_vitb16_cocostuff_single.npy"));
    }

    [TearDown]
    public void DeleteFolder()
    {
        if (folder.Length > 0) Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void POLE_trains_with_it_and_experiments_with_other_names_share_it()
    {
        Assert.That(Run(Experiment).Worked, Does.Contain("clip").And.Contain("selection").And.Contain("clims"));
        Assert.That(Run(Experiment with { Prompt = Experiment.Prompt! with { Synonyms = 1 } }).Worked, Does.Not.Contain("clip").And.Contain("clims"));
        Assert.That(Run(Experiment with { Clip = Clip with { Cone = 0.4 } }).Worked, Does.Not.Contain("clip").And.Contain("clims"));
        Assert.That(Run(Experiment with { Clip = Clip with { ShuffledLabels = true } }).Worked, Does.Contain("clip"));
    }

    [Test]
    public void What_it_is_fitted_to_are_the_labels_and_of_the_control_the_labels_of_others()
    {
        Assert.That(Right(Clip with { Masked = 0, Views = 1, Steps = 300 }), Is.EqualTo(6));
        Assert.That(Right(Clip with { Masked = 0, Views = 1, Steps = 300, ShuffledLabels = true }), Is.LessThan(6));
    }

    [Test]
    public void Fitting_keeps_no_tensor()
    {
        Right(Clip);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Right(Clip);

        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));
    }

    private RecordingProgress Run(Experiment experiment)
    {
        var progress = new RecordingProgress();
        new ExperimentRun(experiment, TinyVoc.Context(folder, progress)).Run();
        return progress;
    }

    /// <returns>Training images whose class has the highest cosine, of six that differ in nothing but noise.</returns>
    private int Right(AlignedClipOptions options)
    {
        using var scope = NewDisposeScope();
        var progress = new RecordingProgress();
        var context = TinyVoc.Context(folder, progress);
        random.manual_seed(0);
        var dataset = new Voc12Options { TrainSplit = "train", EvaluationSplit = "val" }.Create(context.Modules);
        dataset.Prepare(progress, CancellationToken.None);
        var samples = dataset.Samples("train");
        IReadOnlyList<string> prompts = [.. dataset.Classes.Select(name => $"a photo of a {name}")];
        using var clip = options.CreateUnfitted(context.Modules);
        progress.Stage("clip", stage => ClipAlignment.Run(clip, samples, prompts, options, 0, context.Modules, new TrainingSession("clip", stage, CancellationToken.None)));
        using var noGradient = no_grad();
        var texts = clip.EncodeText(tensor(prompts.SelectMany(clip.Tokenizer.Encode).ToArray(), [prompts.Count, 1], device: CPU));
        var views = new AlignmentViews(options.ImageResolution, options.Masked, 0);
        return samples.Index().Count(sample =>
        {
            var image = Pole.Data.Imaging.ImageTensors.Normalised(views.Of(sample.Item.LoadImage(), sample.Index, 0)).unsqueeze(0);
            return Zoo.Clip.CosineSimilarity.Between(clip.EncodeImage(image), texts).argmax(1).item<long>() == sample.Item.PresentClasses[0];
        });
    }

    private static Corpus Names(int count) => new() { Name = "stuff", Names = DatasetClasses.Of(new Voc12Options()).ToDictionary(name => name, name => (IReadOnlyList<string>)[.. new[] { name, "tree", "sea" }.Take(count)]) };
}
