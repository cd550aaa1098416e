using System.Xml;
using System.Xml.Linq;
using Pole.Data.Imaging;

namespace Pole.Data.Voc;

/// <summary>A data set in the layout of PASCAL VOC: JPEGImages, SegmentationClass, ImageSets/Segmentation and Annotations.</summary>
/// <param name="folder">The folder that holds those four.</param>
/// <param name="remedy">What to do when a file is missing.</param>
public sealed class VocDataset(string folder, IReadOnlyList<string> classes, string trainSplit, string evaluationSplit, string remedy) : IDataset
{
    public IReadOnlyList<string> Classes => classes;

    /// <summary>The published files do not change.</summary>
    public int Version => 1;

    public string TrainSplit => trainSplit;

    public string EvaluationSplit => evaluationSplit;

    public void Prepare(IStageProgress progress, CancellationToken cancellation)
    {
        foreach (var split in new[] { trainSplit, evaluationSplit })
        {
            if (!File.Exists(ListFile(split))) throw new ExperimentException($"{ListFile(split)} does not exist: {remedy}");
        }
    }

    public IReadOnlyList<ISample> Samples(string split)
    {
        var list = ListFile(split);
        if (!File.Exists(list)) throw new ExperimentException($"{list} does not exist: {remedy}");
        return [.. File.ReadLines(list).Select(line => line.Trim()).Where(line => line.Length > 0).Select(id => new VocSample(this, id))];
    }

    private string ListFile(string split) => Path.Combine(folder, "ImageSets", "Segmentation", $"{split}.txt");

    private sealed class VocSample(VocDataset dataset, string id) : ISample
    {
        private IReadOnlyList<int>? present;

        public string Id => id;

        public IReadOnlyList<int> PresentClasses => present ??= dataset.ReadPresentClasses(id);

        public RgbImage LoadImage() => ImageCodec.ReadRgb(dataset.PathOf("JPEGImages", id, "jpg"));

        public LabelMap LoadLabels() => ImageCodec.ReadLabels(dataset.PathOf("SegmentationClass", id, "png"));
    }

    private string PathOf(string part, string id, string extension) => Path.Combine(folder, part, $"{id}.{extension}");

    private List<int> ReadPresentClasses(string id)
    {
        var path = PathOf("Annotations", id, "xml");
        if (!File.Exists(path)) throw new ExperimentException($"{path} does not exist: {remedy}");
        try
        {
            var names = XDocument.Load(path).Root!.Elements("object").Select(element => element.Element("name")?.Value.Trim() ?? "");
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
}
