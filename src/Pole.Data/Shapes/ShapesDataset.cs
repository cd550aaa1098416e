using System.Globalization;
using System.Xml.Linq;
using Pole.Data.Imaging;
using Pole.Data.Voc;

namespace Pole.Data.Shapes;

/// <summary>Renders Shapes into a folder once and reads it back through the VOC loader.</summary>
public sealed class ShapesDataset : IDataset, ICaptionSource
{
    /// <summary>Raised whenever the same options would render something else.</summary>
    private const int RendererVersion = 3;

    private const int SceneStream = 0;

    private const string IdPrefix = "shapes_";

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
        [.. Classes, .. ObjectCatalog.All.SelectMany(variant => variant.Names.All).Concat(ObjectCatalog.Parts).Distinct(), .. SceneryCatalog.All.Select(scenery => scenery.Word), CaptionComposer.Nothing, "a", "photo", "of", "with", "on", "and"];

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

    public (RgbImage Image, string Caption) RenderCaptioned(int index, int resolution, double masked) => CaptionComposer.Render(options.Seed, index, resolution, masked);

    /// <summary>What an image shows.</summary>
    internal static Scene SceneOf(int seed, string image) => SceneComposer.Compose(RenderRandom.For(seed, SceneStream, int.Parse(image[IdPrefix.Length..], CultureInfo.InvariantCulture)));

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
        var scene = SceneOf(options.Seed, id);
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

    private static string Id(int index) => $"{IdPrefix}{index:D6}";

    private static void WriteList(string target, string split, int first, int count) =>
        File.WriteAllLines(Path.Combine(target, "ImageSets", "Segmentation", $"{split}.txt"), Enumerable.Range(first, count).Select(Id));
}
