using System.Reflection;
using Pole.Data.Imaging;
using Pole.Data.Voc;
using Pole.Experiments;
using Pole.Pipeline.External;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Training;
using Pole.Zoo.Clip;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>CAMs, masked images and selections that the authors of POLE published.</summary>
public sealed class PublishedFilesTests
{
    private static readonly string Data = Path.GetFullPath(Path.Combine(typeof(PublishedFilesTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "..", "shared", "data"));

    private static readonly IReadOnlyList<string> Classes = Pole.Data.DatasetClasses.Of(new Voc12Options());

    [SetUp]
    public void NeedData()
    {
        if (!Directory.Exists(Data)) Assert.Ignore($"{Data} is not there");
    }

    [Test]
    public void Image_times_CAM_is_the_published_masked_image_up_to_its_JPEG()
    {
        using var scope = NewDisposeScope();
        foreach (var masked in Directory.GetFiles(Path.Combine(Data, "voc18", "masked")))
        {
            var parts = Path.GetFileNameWithoutExtension(masked).Split("_class_");
            var image = ImageCodec.ReadRgb(Path.Combine(Data, "voc18", "images", $"{parts[0]}.jpg"));
            using var cam = CamFile.Read(Path.Combine(Data, "voc18", "cams", $"{parts[0]}.npy"), 20);
            var map = cam.HighResolution[cam.Classes.ToList().IndexOf(int.Parse(parts[1]))].contiguous().data<float>().ToArray();

            var difference = MaskedImage.Compose(image, map, Masking.Black).Pixels.Zip(ImageCodec.ReadRgb(masked).Pixels, (one, other) => Math.Abs(one - other)).Average();

            Assert.That(difference, Is.LessThan(4), masked);
        }
    }

    [Test]
    public void Every_published_CAM_has_maps_of_its_image_and_a_map_for_each_masked_image()
    {
        using var scope = NewDisposeScope();
        var pairs = new List<string>();
        foreach (var file in Directory.GetFiles(Path.Combine(Data, "voc18", "cams")))
        {
            var id = Path.GetFileNameWithoutExtension(file);
            var image = ImageCodec.ReadRgb(Path.Combine(Data, "voc18", "images", $"{id}.jpg"));
            using var cam = CamFile.Read(file, 20);
            Assert.That(cam.HighResolution.shape, Is.EqualTo(new long[] { cam.Classes.Count, image.Height, image.Width }), file);
            Assert.That(cam.Strided.shape, Is.EqualTo(new long[] { cam.Classes.Count, (image.Height + 3) / 4, (image.Width + 3) / 4 }), file);
            pairs.AddRange(cam.Classes.Select(present => $"{id}_class_{present}"));
        }

        Assert.That(pairs, Is.EquivalentTo(Directory.GetFiles(Path.Combine(Data, "voc18", "masked")).Select(Path.GetFileNameWithoutExtension)));
    }

    [TestCase("aeroplane", 0.11)]
    [TestCase("bicycle", 0.47)]
    [TestCase("bus", 0.85)]
    [TestCase("diningtable", 0.22)]
    [TestCase("motorbike", 0.52)]
    [TestCase("sofa", 0.10)]
    [TestCase("tvmonitor", 0.83)]
    public void The_published_selection_gives_the_shares_of_Figure_4(string className, double share)
    {
        var choices = PublishedSelection.Read(Path.Combine(Data, "pole-selections.json"), ChatGpt(), Classes);

        Assert.That(choices.All.Select(choice => choice.Image).Distinct().Count(), Is.EqualTo(10_582));
        Assert.That(choices.GroundTruthShare()[Classes.ToList().IndexOf(className)], Is.EqualTo(share).Within(0.005));
    }

    [Test]
    public void The_published_specs_choose_among_the_published_names()
    {
        var prompt = CompiledExperiments.All.Single(experiment => experiment.Name == "voc12/pole-published-names").Value.Prompt!;
        var choices = PublishedSelection.Read(Path.Combine(Data, "pole-selections.json"), ChatGpt(), Classes).All;

        Assert.That(choices.Where(choice => !prompt.NamesOf(choice.ClassName).Contains(choice.Name)), Is.Empty);
        Assert.That(choices.Count(choice => !(prompt with { SynonymsByClass = null }).NamesOf(choice.ClassName).Contains(choice.Name)) / (double)choices.Count, Is.EqualTo(0.07).Within(0.001), "four names for person, too");
    }

    [Test]
    public void Names_are_chosen_for_real_images_and_written_with_their_scores()
    {
        var folder = Directory.CreateTempSubdirectory("pole-select-").FullName;
        try
        {
            var choices = FolderSelection.Run(Voc, Path.Combine(Data, "voc18", "images"), Path.Combine(Data, "voc18", "cams"), MicroExperiment.Context(folder, new RecordingProgress()));
            choices.Write(Path.Combine(folder, "selection.json"));
            choices.WriteCsv(Path.Combine(folder, "selection.csv"));

            Assert.That(choices.All, Has.Count.EqualTo(30));
            Assert.That(choices.All.Select(choice => choice.Scores.Sum()), Is.All.EqualTo(1).Within(1e-4));
            Assert.That(choices.All.Select(choice => choice.Scores[choice.Index] == choice.Scores.Max()), Is.All.True);
            Assert.That(PromptChoices.Read(Path.Combine(folder, "selection.json")).All.Select(choice => choice.Name), Is.EqualTo(choices.All.Select(choice => choice.Name)));
            Assert.That(File.ReadLines(Path.Combine(folder, "selection.csv")).Count(), Is.EqualTo(1 + 30 * 4));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void A_CAM_without_its_image_is_named() =>
        Assert.That(() => FolderSelection.Run(Voc, Path.Combine(Data, "voc18", "masked"), Path.Combine(Data, "voc18", "cams"), MicroExperiment.Context(Path.GetTempPath(), new RecordingProgress())),
            Throws.InstanceOf<ExperimentException>().With.Message.Contains("there is no image 2007_000032.jpg or 2007_000032.png in"));

    private static Experiment Voc => MicroExperiment.Pole with
    {
        Name = "micro/voc", Dataset = new Voc12Options(), Clip = new RandomClipOptions(), Prompt = new PromptOptions { Corpus = ChatGpt(), Synonyms = 4 },
    };

    private static Corpus ChatGpt()
    {
        using var corpora = System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Combine(Data, "corpora.json")));
        var names = corpora.RootElement.GetProperty("corpora").GetProperty("chatgpt").EnumerateObject().Select(entry => Corpus.FromRawWords(entry.Name, entry.Value.EnumerateArray().Select(word => word.GetString()!)));
        return new Corpus { Name = "chatgpt", Names = Classes.Zip(names).ToDictionary(pair => pair.First, pair => pair.Second) };
    }

    /// <summary>A small CLIP of random weights that knows the words of the corpus.</summary>
    private sealed record RandomClipOptions : IModuleOptions<ClipModel>
    {
        public ClipModel Create(ModuleContext context)
        {
            random.manual_seed(0);
            return new TinyClipOptions { ImageResolution = 32, VisionWidth = 8, TextWidth = 32, EmbeddingSize = 32 }.CreateUntrained([.. ChatGpt().Names.Values.SelectMany(names => names), "a", "photo", "of"]);
        }
    }
}
