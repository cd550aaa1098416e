using Pole.Data.Imaging;
using Pole.Pipeline.Evaluation;

namespace Pole.Pipeline.Tests;

/// <summary>Ids of samples, whatever a file may be called.</summary>
public sealed class SampleIdTests
{
    private static readonly string[] Odd = ["cat/001", "dog/001", "a:b", "CON", "end.", "A", "a", "ü é", "100%", "../up", "tab\there"];

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-ids-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Ids_with_any_characters_go_through_every_stage()
    {
        var full = MicroExperiment.Full;
        var experiment = MicroExperiment.Baseline with { Dataset = new NamedImages(Odd), Refinement = full.Refinement, Segmentation = full.Segmentation };
        var result = new ExperimentRun(experiment, MicroExperiment.Context(folder, new RecordingProgress())).Run();

        var masks = Directory.GetFiles(result.MasksFolder!, "*.png", SearchOption.AllDirectories).Select(file => Path.ChangeExtension(Path.GetRelativePath(result.MasksFolder!, file), null).Replace('\\', '/')).ToList();
        Assert.That(masks.Select(SampleName.Decode), Is.EquivalentTo(Odd));
        Assert.That(masks, Is.Unique.Using((IEqualityComparer<string>)StringComparer.OrdinalIgnoreCase), "where upper and lower case are the same, too");
        Assert.That(result.Images.Select(images => images.Read().Select(score => score.Image)), Is.All.EquivalentTo(Odd));
    }

    [Test]
    public void Two_images_with_one_id_end_the_run_before_anything_is_computed()
    {
        var progress = new RecordingProgress();

        Assert.That(() => new ExperimentRun(MicroExperiment.Baseline with { Dataset = new NamedImages(["001", "002", "001"]) }, MicroExperiment.Context(folder, progress)).Run(),
            Throws.InstanceOf<ExperimentException>().With.Message.EqualTo("two images of the split 'train' have the id '001': an id names one image; put the folder into it, as in cat/001"));
        Assert.That(progress.Worked, Is.EqualTo(new[] { "data" }));
    }

    [Test]
    public void Images_without_files_are_told_apart_by_their_pixels()
    {
        var context = MicroExperiment.Context(folder, new RecordingProgress());
        string Key(int seed) => new ExperimentRun(MicroExperiment.Baseline with { Dataset = new NamedImages(["1", "2", "3", "4"]) { Pixels = seed } }, context).Plan()[0].Key;

        var (first, again, other) = (Key(0), Key(0), Key(1));

        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
    }

    /// <summary>A data set of someone else's, in memory.</summary>
    [DatasetClasses("left", "right")]
    private sealed record NamedImages(IReadOnlyList<string> Ids) : IModuleOptions<IDataset>, IDataset
    {
        /// <summary>What the pixels are; no part of the spec.</summary>
        [PresentationOnly] public int Pixels { get; set; }

        public IReadOnlyList<string> Classes => ["left", "right"];

        public int Version => 1;

        public string TrainSplit => "train";

        public string EvaluationSplit => "val";

        public IReadOnlyDictionary<string, int> ExpectedImages => new Dictionary<string, int>();

        public IDataset Create(ModuleContext context) => this;

        public void Prepare(IStageProgress progress, CancellationToken cancellation)
        {
        }

        public IReadOnlyList<ISample> Samples(string split) => [.. Ids.Select((id, index) => new Image(id, index % 2, Pixels))];
    }

    private sealed class Image(string id, int present, int seed) : ISample
    {
        private const int Side = 64;

        public string Id => id;

        public IReadOnlyList<int> PresentClasses => [present];

        public RgbImage LoadImage()
        {
            var pixels = new byte[3 * Side * Side];
            new Random(seed).NextBytes(pixels);
            return new RgbImage(Side, Side, pixels);
        }

        public LabelMap LoadLabels() => new(Side, Side, [.. Enumerable.Range(0, Side * Side).Select(pixel => (byte)(pixel % Side < Side / 2 == (present == 0) ? present + 1 : 0))]);
    }
}
