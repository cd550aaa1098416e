using System.Reflection;
using Pole.Data.Imaging;
using Pole.Data.Voc;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.External;
using Pole.Pipeline.Inference;
using Pole.Zoo.Backbones;

namespace Pole.Pipeline.Tests;

/// <summary>The chain entered with CAMs or masks from elsewhere.</summary>
public sealed class FolderChainTests
{
    private static readonly string Published = Path.GetFullPath(Path.Combine(typeof(FolderChainTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "..", "shared", "data", "voc18"));

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-folder-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Published_CAMs_become_masks_of_their_images_and_classes()
    {
        var cams = SomePublishedCams(2);
        var (masks, scores, _) = FolderRefinement.Run(Voc, Path.Combine(Published, "images"), cams, null, MicroExperiment.Context(folder, new RecordingProgress()));

        Assert.That(scores, Is.Empty);
        foreach (var file in Directory.GetFiles(cams))
        {
            var id = Path.GetFileNameWithoutExtension(file);
            var (image, mask) = (ImageCodec.ReadRgb(Path.Combine(Published, "images", $"{id}.jpg")), ImageCodec.ReadLabels(Path.Combine(masks, $"{id}.png")));
            using var cam = CamFile.Read(file, 20);
            Assert.That((mask.Width, mask.Height), Is.EqualTo((image.Width, image.Height)));
            Assert.That(mask.Labels.Distinct(), Is.SubsetOf(cam.Classes.Select(present => (byte)(present + 1)).Prepend((byte)0)));
            Assert.That(mask.Labels.Distinct().Count(), Is.GreaterThan(1));
        }
    }

    [Test]
    public void Refining_again_reuses_everything_until_a_file_changes()
    {
        var cams = SomePublishedCams(2);
        FolderRefinement.Run(Voc, Path.Combine(Published, "images"), cams, null, MicroExperiment.Context(folder, new RecordingProgress()));
        var again = new RecordingProgress();
        FolderRefinement.Run(Voc, Path.Combine(Published, "images"), cams, null, MicroExperiment.Context(folder, again));
        var files = Directory.GetFiles(cams).Order(StringComparer.Ordinal).ToList();
        File.SetLastWriteTimeUtc(files[0], DateTime.UtcNow.AddHours(1));
        var touched = new RecordingProgress();
        FolderRefinement.Run(Voc, Path.Combine(Published, "images"), cams, null, MicroExperiment.Context(folder, touched));
        File.Delete(files[1]);
        var changed = new RecordingProgress();
        FolderRefinement.Run(Voc with { Refinement = Voc.Refinement! with { Training = Voc.Refinement.Training! with { BatchSize = 1 } } }, Path.Combine(Published, "images"), cams, null, MicroExperiment.Context(folder, changed));

        Assert.That(again.Worked, Is.EqualTo(new[] { "data" }));
        Assert.That(touched.Worked, Is.EqualTo(new[] { "data" }), "the content counts, not the time");
        Assert.That(changed.Worked, Is.EqualTo(new[] { "data", "confident-labels", "affinity", "pseudo-masks", "mask-evaluation" }));
    }

    [Test]
    public void Ground_truth_is_measured_where_it_is_given()
    {
        var cams = SomePublishedCams(2);
        var truth = Directory.CreateDirectory(Path.Combine(folder, "truth")).FullName;
        var id = Path.GetFileNameWithoutExtension(Directory.GetFiles(cams)[0]);
        using (var cam = CamFile.Read(Path.Combine(cams, $"{id}.npy"), 20)) IndexedPng.Write(Path.Combine(truth, $"{id}.png"), CamLabels.FromCams(cam.HighResolution, cam.Classes, Voc.Cam.Threshold));

        var (_, scores, _) = FolderRefinement.Run(Voc, Path.Combine(Published, "images"), cams, truth, MicroExperiment.Context(folder, new RecordingProgress()));

        Assert.That(scores.Select(score => (score.Step, score.Split, score.Images)), Is.EqualTo(new[] { ("CAM", "images", 1), ("random walk", "images", 1), ("random walk + CRF", "images", 1) }));
        Assert.That(scores[0].MeanIou, Is.EqualTo(1).Within(1e-12));
    }

    [Test]
    public void A_CAM_of_another_images_size_is_named()
    {
        var cams = SomePublishedCams(1);
        var images = Directory.CreateDirectory(Path.Combine(folder, "images")).FullName;
        var id = Path.GetFileNameWithoutExtension(Directory.GetFiles(cams)[0]);
        ImageCodec.WritePng(Path.Combine(images, $"{id}.png"), new RgbImage(10, 10, new byte[300]));

        Assert.That(() => FolderRefinement.Run(Voc, images, cams, null, MicroExperiment.Context(folder, new RecordingProgress())),
            Throws.InstanceOf<ExperimentException>().With.Message.Contains($"{id}.npy: its maps are not of the image's size, 10×10"));
    }

    [Test]
    public void Masks_of_a_run_train_the_same_segmentation_as_masks_from_elsewhere()
    {
        var chain = new ExperimentRun(MicroExperiment.Full, MicroExperiment.Context(folder, new RecordingProgress())).Run().Chain;
        var masks = Path.Combine(Directory.GetDirectories(Path.Combine(folder, "stages", "pseudo-masks")).Single(), "masks");

        var (predictions, scores) = FolderSegmentation.Run(MicroExperiment.Full, masks, MicroExperiment.Context(Path.Combine(folder, "other"), new RecordingProgress()));

        Assert.That(scores.Select(score => (score.Step, score.MeanIou)), Is.EqualTo(chain.Where(score => score.Split == "val").Select(score => (score.Step, score.MeanIou))));
        Assert.That(Directory.GetFiles(predictions, "*.png"), Has.Length.EqualTo(4));
    }

    private static Experiment Voc => MicroExperiment.Full with
    {
        Name = "micro/voc", Dataset = new Voc12Options(), Refinement = MicroExperiment.Full.Refinement! with { Backbone = new ResNetOptions { Width = 4 }, Training = MicroExperiment.Full.Refinement.Training! with { BatchSize = 2 } },
    };

    private string SomePublishedCams(int count)
    {
        if (!Directory.Exists(Published)) Assert.Ignore($"{Published} is not there");
        var target = Directory.CreateDirectory(Path.Combine(folder, "cams")).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(Published, "cams")).Order(StringComparer.Ordinal).Take(count)) File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        return target;
    }
}
