using Pole.Data.Imaging;

namespace Pole.Data.Coco;

/// <summary>
/// MS-COCO in its published layout: <c>annotations/instances_SPLIT.json</c> and a folder of images per split. Label maps come from
/// <c>SegmentationClass/SPLIT/ID.png</c> where that is, else they are drawn from the outlines: crowds first, then larger objects
/// before smaller ones, so that small ones stay visible.
/// </summary>
/// <param name="categories">COCO's category id of each class, ascending: 80 of 1…90.</param>
public sealed class CocoDataset(string folder, IReadOnlyList<string> classes, IReadOnlyList<int> categories, string trainSplit, string evaluationSplit, IReadOnlyDictionary<string, int> expected, string remedy) : IDataset
{
    private readonly Dictionary<string, IReadOnlyList<ISample>> splits = new(StringComparer.Ordinal);
    private readonly Dictionary<int, int> classOf = categories.Select((category, index) => (category, index)).ToDictionary(entry => entry.category, entry => entry.index);

    public IReadOnlyList<string> Classes => classes;

    public int Version => 1;

    public string TrainSplit => trainSplit;

    public string EvaluationSplit => evaluationSplit;

    public IReadOnlyDictionary<string, int> ExpectedImages => expected;

    public void RequireLists()
    {
        foreach (var split in new[] { trainSplit, evaluationSplit })
            if (!File.Exists(AnnotationFile(split))) throw new ExperimentException($"{AnnotationFile(split)} does not exist: {remedy}");
    }

    public void Prepare(IStageProgress progress, CancellationToken cancellation)
    {
        foreach (var split in new[] { trainSplit, evaluationSplit }.Distinct())
        {
            cancellation.ThrowIfCancellationRequested();
            if (Samples(split).Count == 0) throw new ExperimentException($"{AnnotationFile(split)} lists no image with an object: {remedy}");
        }
    }

    public IReadOnlyList<ISample> Samples(string split) =>
        splits.TryGetValue(split, out var samples) ? samples : splits[split] = [.. CocoAnnotations.Read(AnnotationFile(split), categories.Zip(classes).ToDictionary(entry => entry.First, entry => entry.Second), remedy).Select(image => new CocoSample(this, split, image))];

    private string Remedy => remedy;

    private string AnnotationFile(string split) => Path.Combine(folder, "annotations", $"instances_{split}.json");

    private int ClassOf(CocoObject found, string split) => classOf.TryGetValue(found.Category, out var index) ? index : throw new ExperimentException($"{AnnotationFile(split)}: category {found.Category} is none of COCO's 80");

    private sealed class CocoSample(CocoDataset dataset, string split, CocoImage image) : ISample
    {
        private IReadOnlyList<int>? present;

        public string Id => Path.ChangeExtension(image.FileName, null);

        public SampleFiles Files => new(Path.Combine(dataset.FolderOf(split), image.FileName), null, dataset.MaskFile(split, Id) is var mask && File.Exists(mask) ? mask : dataset.AnnotationFile(split));

        public IReadOnlyList<int> PresentClasses => present ??= [.. image.Objects.Select(found => dataset.ClassOf(found, split)).Distinct().Order()];

        public RgbImage LoadImage() => ImageCodec.ReadRgb(Path.Combine(dataset.FolderOf(split), image.FileName));

        public string Masks => File.Exists(dataset.MaskFile(split, Id)) ? "SegmentationClass" : "outlines";

        public LabelMap LoadLabels() => dataset.MaskFile(split, Id) is var mask && File.Exists(mask) ? ImageCodec.ReadLabels(mask)
            : CocoOutlines.Draw(dataset.AnnotationFile(split), image, found => (byte)(dataset.ClassOf(found, split) + 1), dataset.Remedy);
    }

    private string FolderOf(string split) => Path.Combine(folder, split);

    private string MaskFile(string split, string id) => Path.Combine(folder, "SegmentationClass", split, $"{id}.png");
}
