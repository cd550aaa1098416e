using System.Xml.Linq;
using Pole.Data.Imaging;
using Pole.Data.Voc;

namespace Pole.Data.Shapes;

/// <summary>Renders Shapes into a folder once and reads it back through the VOC loader.</summary>
public sealed class ShapesDataset : IDataset, ICaptionSource
{
    /// <summary>Raised whenever the same options would render something else.</summary>
    private const int RendererVersion = 2;

    private const int CaptionStream = 1, SceneStream = 0;

    private readonly ShapesOptions options;
    private readonly string folder;
    private readonly VocDataset files;

    public ShapesDataset(ShapesOptions options, string cacheFolder)
    {
        this.options = options;
        folder = Path.Combine(cacheFolder, $"shapes-{CanonicalSpec.Fingerprint(new object[] { RendererVersion, options })[..12]}");
        files = new VocDataset(folder, Pole.Data.DatasetClasses.Of(options), "train", "val", new Dictionary<string, int> { ["train"] = options.TrainImages, ["val"] = options.EvaluationImages }, $"delete {folder} and run again");
    }

    public IReadOnlyList<string> Classes => files.Classes;

    public int Version => RendererVersion;

    public string TrainSplit => files.TrainSplit;

    public string EvaluationSplit => files.EvaluationSplit;

    public IReadOnlyDictionary<string, int> ExpectedImages => files.ExpectedImages;

    public IReadOnlyList<string> Vocabulary =>
        [.. Classes, .. ObjectCatalog.All.Select(variant => variant.Word), .. SceneryCatalog.All.Select(scenery => scenery.Word), "a", "photo", "of", "on", "and"];

    public IReadOnlyList<ISample> Samples(string split) => files.Samples(split);

    /// <summary>Renders into a temporary folder that is renamed when complete, so that a run that was stopped leaves no half data set.</summary>
    public void Prepare(IStageProgress progress, CancellationToken cancellation)
    {
        if (Directory.Exists(folder)) return;
        var temporary = $"{folder}.{Environment.ProcessId}.tmp";
        if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        foreach (var part in new[] { "JPEGImages", "SegmentationClass", "Annotations", Path.Combine("ImageSets", "Segmentation") }) Directory.CreateDirectory(Path.Combine(temporary, part));

        var total = options.TrainImages + options.EvaluationImages;
        progress.Expect(total, "images");
        ParallelWork.For(total, cancellation, index =>
        {
            Render(temporary, index);
            progress.Advance(1);
        });
        WriteList(temporary, TrainSplit, 0, options.TrainImages);
        WriteList(temporary, EvaluationSplit, options.TrainImages, options.EvaluationImages);
        Publish(temporary);
    }

    /// <summary>A portrait of one object (or of none), or a whole scene, with a caption that names objects by variant or by class; a share of the objects' pictures is masked.</summary>
    public (RgbImage Image, string Caption) RenderCaptioned(int index, int resolution, double masked)
    {
        var random = RenderRandom.For(options.Seed, CaptionStream, index);
        var kind = random.NextUnit();
        var scene = kind < 0.15 ? SceneComposer.Portrait(random, null) : kind < 0.75 ? SceneComposer.Portrait(random, random.Pick(ObjectCatalog.All)) : SceneComposer.Compose(random);
        var names = scene.Objects.Select(placed => random.Chance(0.75) ? placed.Variant.Word : placed.Variant.Class).ToList();
        var ground = scene.Scenery == SceneryCatalog.Backdrop || !random.Chance(0.3) ? "" : $" on {scene.Scenery.Word}";
        var image = SceneRenderer.RenderImage(scene, resolution, index);
        if (names.Count == 0 || masked == 0 || !random.Chance(masked)) return (image, Caption(names, scene.Scenery, ground));

        var view = new MaskedView(scene, resolution, random);
        return (view.Apply(image), Caption([.. view.Objects.Select(left => names[left])], view.ShowsScenery ? scene.Scenery : SceneryCatalog.Backdrop, view.ShowsScenery ? ground : ""));
    }

    /// <summary>What is seen; before a backdrop without objects, nothing.</summary>
    private static string Caption(IReadOnlyList<string> names, Scenery scenery, string ground) =>
        names.Count > 0 ? $"a photo of {string.Join(" and ", names.Distinct())}{ground}." : scenery == SceneryCatalog.Backdrop ? "a photo." : $"a photo of {scenery.Word}.";

    private void Publish(string temporary)
    {
        try
        {
            Directory.Move(temporary, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another run has rendered the same scenes meanwhile.
            Directory.Delete(temporary, recursive: true);
        }
    }

    private void Render(string target, int index)
    {
        var id = Id(index);
        var scene = SceneComposer.Compose(RenderRandom.For(options.Seed, SceneStream, index));
        var labels = SceneRenderer.RenderLabels(scene, options.Side, Classes);
        ImageCodec.WriteJpeg(Path.Combine(target, "JPEGImages", $"{id}.jpg"), SceneRenderer.RenderImage(scene, options.Side, index));
        IndexedPng.Write(Path.Combine(target, "SegmentationClass", $"{id}.png"), labels);
        // The annotation lists what is visible, so that image-level labels and label maps always agree.
        var visible = labels.Labels.Where(label => label != 0).Distinct().Order().Select(label => Classes[label - 1]);
        new XDocument(new XElement("annotation",
            new XElement("filename", $"{id}.jpg"),
            new XElement("size", new XElement("width", options.Side), new XElement("height", options.Side), new XElement("depth", 3)),
            visible.Select(name => new XElement("object", new XElement("name", name))))).Save(Path.Combine(target, "Annotations", $"{id}.xml"));
    }

    private static string Id(int index) => $"shapes_{index:D6}";

    private static void WriteList(string target, string split, int first, int count) =>
        File.WriteAllLines(Path.Combine(target, "ImageSets", "Segmentation", $"{split}.txt"), Enumerable.Range(first, count).Select(Id));
}
