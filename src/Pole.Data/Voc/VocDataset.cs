using System.Xml;
using System.Xml.Linq;
using Pole.Data.Imaging;

namespace Pole.Data.Voc;

/// <summary>
/// A data set in the layout of PASCAL VOC: JPEGImages, SegmentationClass, ImageSets/Segmentation and Annotations; beside them
/// SegmentationClassAug, the masks of SBD, which come first where they are.
/// </summary>
/// <param name="folder">The folder that holds those.</param>
/// <param name="expected">The splits with the number of images that they are published with.</param>
/// <param name="remedy">What to do when a file is missing.</param>
public sealed class VocDataset(string folder, IReadOnlyList<string> classes, string trainSplit, string evaluationSplit, IReadOnlyDictionary<string, int> expected, string remedy) : IDataset
{
    public IReadOnlyList<string> Classes => classes;

    /// <summary>The published files do not change.</summary>
    public int Version => 1;

    public string TrainSplit => trainSplit;

    public string EvaluationSplit => evaluationSplit;

    public IReadOnlyDictionary<string, int> ExpectedImages => expected;

    public void Prepare(IStageProgress progress, CancellationToken cancellation)
    {
        foreach (var split in new[] { trainSplit, evaluationSplit })
            if (!File.Exists(ListFile(split))) throw new ExperimentException($"{ListFile(split)} does not exist: {remedy}");
    }

    public IReadOnlyList<ISample> Samples(string split)
    {
        var list = ListFile(split);
        if (!File.Exists(list)) throw new ExperimentException($"{list} does not exist: {remedy}");
        return [.. File.ReadLines(list).Select(IdOf).Where(id => id.Length > 0).Select(id => new VocSample(this, id))];
    }

    /// <summary>Lists hold ids, or paths of image and mask (<c>/JPEGImages/2007_000032.jpg /SegmentationClassAug/2007_000032.png</c>).</summary>
    private static string IdOf(string line) => Path.GetFileNameWithoutExtension(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "");

    private string ListFile(string split) => Path.Combine(folder, "ImageSets", "Segmentation", $"{split}.txt");

    private string PathOf(string part, string id, string extension) => Path.Combine(folder, part, $"{id}.{extension}");

    private string MaskOf(string id) => PathOf("SegmentationClassAug", id, "png") is var augmented && File.Exists(augmented) ? augmented : PathOf("SegmentationClass", id, "png");

    private List<int> ReadPresentClasses(string id)
    {
        var path = PathOf("Annotations", id, "xml");
        if (!File.Exists(path)) throw new ExperimentException($"{path} does not exist: {remedy}");
        try
        {
            // No document type: an entity could name any file, or grow without end.
            using var reader = XmlReader.Create(path, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            var names = XDocument.Load(reader).Root!.Elements("object").Select(element => element.Element("name")?.Value.Trim() ?? "");
            return [.. names.Distinct().Select(name => IndexOf(name, path)).Order()];
        }
        catch (XmlException exception)
        {
            throw new ExperimentException($"{path}({exception.LineNumber},{exception.LinePosition}): not a VOC annotation: {exception.Message}", exception);
        }
    }

    private int IndexOf(string name, string path)
    {
        for (var index = 0; index < classes.Count; index++)
            if (classes[index] == name) return index;
        throw new ExperimentException($"{path}: '{name}' is none of the classes {string.Join(", ", classes)}");
    }

    private sealed class VocSample(VocDataset dataset, string id) : ISample
    {
        private IReadOnlyList<int>? present;

        public string Id => id;

        public IReadOnlyList<int> PresentClasses => present ??= dataset.ReadPresentClasses(id);

        public RgbImage LoadImage() => ImageCodec.ReadRgb(dataset.PathOf("JPEGImages", id, "jpg"));

        public bool HasLabels => File.Exists(dataset.MaskOf(id));

        public LabelMap LoadLabels() => ImageCodec.ReadLabels(dataset.MaskOf(id));
    }
}
