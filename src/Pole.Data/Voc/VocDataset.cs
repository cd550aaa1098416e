using System.Xml;
using System.Xml.Linq;
using Pole.Data.Imaging;

namespace Pole.Data.Voc;

/// <summary>
/// A data set in the layout of PASCAL VOC: JPEGImages, SegmentationClass, ImageSets/Segmentation and Annotations; beside them
/// SegmentationClassAug, the masks of SBD. The lists that VOC published are scored against VOC's own masks, as CLIMS and IRNet are; others,
/// such as train_aug, have those of SBD, which are coarser at edges but cover them. Where one is missing, the other stands in.
/// </summary>
/// <param name="folder">The folder that holds those.</param>
/// <param name="expected">The splits with the number of images that they are published with.</param>
/// <param name="remedy">What to do when a file is missing.</param>
public sealed class VocDataset(string folder, IReadOnlyList<string> classes, string trainSplit, string evaluationSplit, IReadOnlyDictionary<string, int> expected, string remedy) : IDataset
{
    private const int DeepestElement = 32;

    /// <summary>In characters; VOC's own have a few thousand.</summary>
    private const long LongestAnnotation = 4_000_000;
    private const string OwnMasks = "SegmentationClass", AugmentedMasks = "SegmentationClassAug";

    private static readonly string[] OwnSplits = ["train", "val", "trainval"];

    public IReadOnlyList<string> Classes => classes;

    /// <summary>The published files do not change.</summary>
    public int Version => 1;

    public string TrainSplit => trainSplit;

    public string EvaluationSplit => evaluationSplit;

    public IReadOnlyDictionary<string, int> ExpectedImages => expected;

    public void RequireLists()
    {
        foreach (var split in new[] { trainSplit, evaluationSplit }) ListOf(split);
    }

    public void Prepare(IStageProgress progress, CancellationToken cancellation)
    {
        foreach (var split in new[] { trainSplit, evaluationSplit }) Ids(split);
    }

    public IReadOnlyList<ISample> Samples(string split) => [.. Ids(split).Select(id => new VocSample(this, id, MasksOf(split)))];

    private IReadOnlyList<string> Ids(string split) => ImageList.Read(ListOf(split));

    private string ListOf(string split) => Path.Combine(folder, "ImageSets", "Segmentation", $"{split}.txt") is var list && File.Exists(list) ? list : throw new ExperimentException($"{list} does not exist: {remedy}");

    private string PathOf(string part, string id, string extension) => Path.Combine(folder, part, $"{id}.{extension}");

    /// <summary>Folders of masks, the first choice first.</summary>
    private static IReadOnlyList<string> MasksOf(string split) => OwnSplits.Contains(split) ? [OwnMasks, AugmentedMasks] : [AugmentedMasks, OwnMasks];

    private List<int> ReadPresentClasses(string id)
    {
        var path = PathOf("Annotations", id, "xml");
        if (!File.Exists(path)) throw new ExperimentException($"{path} does not exist: {remedy}");
        return InputFile.Read<List<int>>(path, "a VOC annotation", remedy, () =>
        {
            var names = LoadXml(path).Root!.Elements("object").Select(element => element.Element("name")?.Value.Trim() ?? "");
            return [.. names.Distinct().Select(name => IndexOf(name, path)).Order()];
        });
    }

    private static XDocument LoadXml(string path)
    {
        using (var reader = OpenXml(path))
            while (reader.Read())
                // The time that deep nesting takes grows with its square.
                if (reader.Depth > DeepestElement) throw new InvalidDataException($"its elements are nested deeper than {DeepestElement}");
        using var whole = OpenXml(path);
        return XDocument.Load(whole);
    }

    // No document type: an entity could name any file, or grow without end.
    private static XmlReader OpenXml(string path) => XmlReader.Create(path, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = LongestAnnotation });

    private int IndexOf(string name, string path)
    {
        for (var index = 0; index < classes.Count; index++)
            if (classes[index] == name) return index;
        throw new ExperimentException($"{path}: '{name}' is none of the classes {string.Join(", ", classes)}");
    }

    /// <param name="masks">Folders of masks, the first choice first.</param>
    private sealed class VocSample(VocDataset dataset, string id, IReadOnlyList<string> masks) : ISample
    {
        private IReadOnlyList<int>? present;

        public string Id => id;

        public SampleFiles Files => new(dataset.PathOf("JPEGImages", id, "jpg"), dataset.PathOf("Annotations", id, "xml"), HasLabels ? MaskFile : null);

        public IReadOnlyList<int> PresentClasses => present ??= dataset.ReadPresentClasses(id);

        public RgbImage LoadImage() => ImageCodec.ReadRgb(dataset.PathOf("JPEGImages", id, "jpg"));

        public string? Masks => masks.FirstOrDefault(folder => File.Exists(dataset.PathOf(folder, id, "png")));

        public bool HasLabels => Masks is not null;

        public LabelMap LoadLabels() => ImageCodec.ReadLabels(MaskFile);

        private string MaskFile => dataset.PathOf(Masks ?? OwnMasks, id, "png");
    }
}
