using Pole.Data.Folders;
using Pole.Data.Imaging;
using Pole.Zoo.Clip;

namespace Pole.Pipeline.Tests;

/// <summary>A folder of photographs with image-level labels and nothing else.</summary>
public sealed class UnmeasuredDataTests
{
    private static readonly Corpus Names = new() { Name = "toys", Names = new Dictionary<string, IReadOnlyList<string>> { ["duck"] = ["duck", "rubber duck"], ["кот"] = ["кот", "кошка"] } };

    private string folder = "";

    [SetUp]
    public void WriteImages()
    {
        folder = Directory.CreateTempSubdirectory("pole-unmeasured-").FullName;
        foreach (var name in new[] { "duck", "кот" })
        for (var number = 0; number < 6; number++)
        {
            var pixels = new byte[3 * 64 * 48];
            new Random(number).NextBytes(pixels);
            Directory.CreateDirectory(Path.Combine(folder, "toys", name));
            ImageCodec.WriteJpeg(Path.Combine(folder, "toys", name, $"{number}.jpg"), new RgbImage(64, 48, pixels));
        }
    }

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void The_chain_ends_with_label_maps_and_without_a_score()
    {
        var progress = new RecordingProgress();
        var result = Run(Toys(MicroExperiment.Full), progress);

        Assert.That(progress.Worked, Is.EqualTo(new[] { "data", "clip", "baseline", "masked-features", "selection", "clims", "confident-labels", "affinity", "pseudo-masks", "segmentation", "segmentation-evaluation" }));
        Assert.That(result.Score, Is.Null);
        Assert.That(result.Chain, Is.Empty);
        Assert.That(Directory.GetFiles(result.MasksFolder!, "*.png", SearchOption.AllDirectories), Has.Length.EqualTo(12));
    }

    [Test]
    public void A_split_without_label_maps_is_predicted()
    {
        var measured = Toys(MicroExperiment.Full);
        var result = Run(measured with { Dataset = (FolderOptions)measured.Dataset with { ValidationShare = 0.34 } }, new RecordingProgress());

        Assert.That(result.Chain, Is.Empty);
        Assert.That(Directory.GetFiles(result.PredictionsFolder!, "*.png", SearchOption.AllDirectories), Has.Length.EqualTo(4));
    }

    [Test]
    public void The_small_CLIP_of_labels_is_trained_anew_for_another_name_of_the_corpus_and_not_for_another_number_of_names()
    {
        var experiment = Toys(MicroExperiment.Pole);
        Run(experiment, new RecordingProgress());
        var (fewer, renamed) = (new RecordingProgress(), new RecordingProgress());
        Run(experiment with { Prompt = experiment.Prompt! with { Synonyms = 1 } }, fewer);
        Run(experiment with { Prompt = experiment.Prompt! with { Corpus = Names with { Names = Names.Names.ToDictionary(entry => entry.Key, entry => (IReadOnlyList<string>)[.. entry.Value.Take(1), $"{entry.Value[1]} 2"]) } } }, renamed);

        Assert.That(fewer.Worked, Does.Not.Contain("clip"));
        Assert.That(renamed.Worked, Does.Contain("clip"));
    }

    private ExperimentResult Run(Experiment experiment, RecordingProgress progress)
    {
        var context = MicroExperiment.Context(folder, progress);
        return new ExperimentRun(experiment, context with { Modules = context.Modules with { DataFolder = folder } }).Run();
    }

    private static Experiment Toys(Experiment micro) => micro with
    {
        Dataset = new FolderOptions { Classes = new ClassList { Name = "toys", Classes = ["duck", "кот"] }, Root = "toys" },
        Clip = (TinyClipOptions)micro.Clip! with { FromLabels = true, Masked = null },
        Prompt = micro.Prompt! with { Corpus = Names, Synonyms = 2, Backgrounds = ["floor"] },
    };
}
