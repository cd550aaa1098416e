using System.Reflection;
using Pole.Data.Voc;
using Pole.Pipeline.Artifacts;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>A data set in which one label map is not of its image's size.</summary>
public sealed class LabelSizeTests
{
    private static readonly string Case = Path.GetFullPath(Path.Combine(typeof(LabelSizeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "..", "shared", "cases", "mask-of-another-size"));

    private static readonly Experiment Voc = MicroExperiment.Baseline with { Name = "micro/voc", Dataset = new Voc12Options { EvaluationSplit = "train" }, Cam = new CamOptions { Scales = [1] } };

    private string folder = "";

    private static IEnumerable<TestCaseData> Chains =>
    [
        new TestCaseData(Voc).SetName("Measuring_CAMs_names_the_label_map_that_is_not_of_its_images_size"),
        new TestCaseData(Voc with { Segmentation = MicroExperiment.Full.Segmentation! with { Masks = MaskSource.Truth } }).SetName("Training_on_the_ground_truth_names_the_label_map_that_is_not_of_its_images_size"),
    ];

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-sizes-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestCaseSource(nameof(Chains))]
    public void Whatever_reads_the_label_map_names_it(Experiment experiment)
    {
        if (!Directory.Exists(Case)) Assert.Ignore($"{Case} is not there");
        var progress = new RecordingProgress();
        var context = new RunContext(new ModuleContext { Device = CPU, CacheFolder = Path.Combine(folder, "data"), DataFolder = Case }, new StageStore(Path.Combine(folder, "stages"), progress), progress, default);

        Assert.That(() => new ExperimentRun(experiment, context).Run(), Throws.InstanceOf<ExperimentException>().With.Message.Match(@"SegmentationClass/2007_00000\d\.png.*72×96.*96×72"));
    }
}
