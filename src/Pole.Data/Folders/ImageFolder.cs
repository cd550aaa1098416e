using Pole.Data.Imaging;

namespace Pole.Data.Folders;

/// <summary>The data set of <see cref="FolderOptions"/>.</summary>
internal sealed class ImageFolder : IDataset
{
    public const string Annotations = ".json";

    private const string Table = ".csv", TabbedTable = ".tsv";

    private readonly string root;
    private readonly FolderOptions options;
    private readonly ImageDecoding decoding;
    private readonly ClassNames names;
    private readonly Lazy<Content> content;

    public ImageFolder(string root, FolderOptions options)
    {
        (this.root, this.options) = (root, options);
        decoding = new ImageDecoding { Oriented = true, Jpeg = options.Jpeg };
        names = new ClassNames(options.Classes.Classes, $"datasets/{options.Classes.Name}.yaml");
        content = new Lazy<Content>(Find);
    }

    public IReadOnlyList<string> Classes => options.Classes.Classes;

    /// <summary>The files are somebody's, and are looked at for what they are.</summary>
    public int Version => 1;

    public string TrainSplit => "train";

    public string EvaluationSplit => "val";

    public IReadOnlyDictionary<string, int> ExpectedImages => new Dictionary<string, int> { [TrainSplit] = content.Value.Train.Count, [EvaluationSplit] = content.Value.Validation.Count };

    /// <summary>Image-level labels are enough to train on.</summary>
    public bool HasLabelMaps(string split) => options.HasLabelMaps && split == EvaluationSplit;

    public void Prepare(IStageProgress progress, CancellationToken cancellation)
    {
        var (train, validation) = (Samples(TrainSplit), Samples(EvaluationSplit));
        if (train.Count == 0 || validation.Count == 0 && options.HasLabelMaps) throw new ExperimentException($"{root}: {train.Count} images to train on and {validation.Count} to measure on; both are needed");
        // A fault in the labels shows before anything is trained, and so does a label map of another size, which is read at the very end. Where damaged images are left out it is not known yet which.
        List<ISample> all = [.. train, .. validation];
        progress.Expect(all.Count, "labels read");
        ParallelWork.For(all.Count, cancellation, index =>
        {
            if (index < train.Count) _ = all[index].PresentClasses;
            if (options is { Masks: not null, SkipDamaged: not true } && all[index].HasLabels) RequireSize((Sample)all[index]);
            progress.Advance(1);
        });
        if (train.All(sample => sample.PresentClasses.Count == 0)) throw new ExperimentException($"{root}: no image to train on has a class");
        if (options.HasLabelMaps && validation.FirstOrDefault(sample => !sample.HasLabels) is { } unlabelled)
            throw new ExperimentException($"{root}: '{unlabelled.Id}' is in the validation split but has no label map{(options.Masks is null ? "" : $" in {options.Masks}")}");
    }

    private static void RequireSize(Sample sample)
    {
        var ((width, height), (maskWidth, maskHeight)) = (ImageCodec.ReadSize(sample.ImageFile, oriented: true), ImageCodec.ReadSize(sample.Mask!));
        if ((width, height) != (maskWidth, maskHeight)) throw new ExperimentException($"{sample.Mask} is {maskWidth}×{maskHeight}, {sample.ImageFile} is {width}×{height}; a label map has the size of its image");
    }

    public IReadOnlyList<ISample> Samples(string split) => [.. (split == TrainSplit ? content.Value.Train : split == EvaluationSplit ? content.Value.Validation : throw new ExperimentException($"{root} has no split '{split}', but {TrainSplit} and {EvaluationSplit}")).Select(id => new Sample(this, id))];

    private Content Find()
    {
        if (options.Masks is { } given && !Directory.Exists(Path.Combine(root, given))) throw new ExperimentException($"{Path.Combine(root, given)}: there is no such folder; dataset.masks is {given}, below {root}");
        var images = Path.GetFullPath(Path.Combine(root, options.Images));
        string[] others = [.. new[] { options.Masks, Directory.Exists(Path.Combine(root, options.Labels ?? "")) ? options.Labels : null }.OfType<string>().Select(folder => Path.GetRelativePath(images, Path.Combine(root, folder)).Replace('\\', '/'))];
        var files = ImageFiles.Below(images, others);
        var labels = LabelsOf(files.Keys, images);
        if (options.Masks is { } masks && !files.Keys.Any(id => File.Exists(MaskFile(id)))) throw new ExperimentException($"{Path.Combine(root, masks)} has no label map of any image, such as {MaskFile(files.Keys.First())}; name another folder, or leave dataset.masks out where there are none");
        var isMeasurable = options.Masks is not null ? id => File.Exists(MaskFile(id)) : (Func<string, bool>)(_ => true);
        var (train, validation) = options is { Train: { } trained, Validation: { } measured } ? (FolderSplit.Named(root, trained, files.Keys, "train"), FolderSplit.Named(root, measured, files.Keys, "validation"))
            : FolderSplit.Drawn(files.Keys, isMeasurable, id => labels.Of(id) is [var first, ..] ? first : null, options.Share, options.SplitSeed ?? 0);
        return new Content(files, labels, train, validation);
    }

    private IImageLabels LabelsOf(ICollection<string> ids, string images)
    {
        if (options.Labels is null) return options.Masks is null ? new FolderLabels(names, images, [.. new[] { options.Train, options.Validation }.OfType<string>().Select(FolderSplit.PrefixOf)]) : new MaskLabels(names, MaskFile);
        var path = Path.Combine(root, options.Labels);
        if (Directory.Exists(path)) return new TextLabels(path, names);
        if (!File.Exists(path)) throw new ExperimentException($"{path} does not exist; dataset.labels names it");
        return Path.GetExtension(path).ToLowerInvariant() switch
        {
            Table or TabbedTable => new TableLabels(path, names, ids),
            Annotations => new CocoLabels(path, names, ids),
            var other => throw new ExperimentException($"{path}: labels are read from tables ({Table}, {TabbedTable}), COCO annotations ({Annotations}) and folders of text files, not from '{other}'"),
        };
    }

    private string MaskFile(string id) => Path.Combine(root, options.Masks!, $"{id}.png");

    /// <summary>What is in the folder.</summary>
    private sealed record Content(IReadOnlyDictionary<string, string> Files, IImageLabels Labels, IReadOnlyList<string> Train, IReadOnlyList<string> Validation);

    private sealed class Sample(ImageFolder folder, string id) : ISample
    {
        private IReadOnlyList<int>? present;

        public string Id => id;

        public SampleFiles Files => new(ImageFile, folder.content.Value.Labels.FileOf(id), HasLabels ? folder.options.Masks is null ? Outlines!.Path : Mask : null) { IsOriented = true };

        public IReadOnlyList<int> PresentClasses => present ??= folder.content.Value.Labels.Of(id);

        public bool HasLabels => Masks is not null;

        /// <summary>Which kind it has.</summary>
        public string? Masks => folder.options.Masks is { } masks ? File.Exists(Mask) ? masks : null : Outlines is null ? null : "outlines";

        public RgbImage LoadImage() => ImageCodec.ReadRgb(ImageFile, folder.decoding);

        public LabelMap LoadLabels() => folder.options.Masks is not null ? Agreeing(ImageCodec.ReadLabels(Mask!))
            : Outlines is { } outlines ? outlines.Draw(id) ?? Background() : throw new ExperimentException($"{ImageFile}: there is no label map of it");

        /// <summary>A label map whose numbers mean other classes, or that is one of foreground alone, would be scored without a sign of it.</summary>
        private LabelMap Agreeing(LabelMap map)
        {
            map.RequireLabels(folder.names.Count + 1);
            if (MaskLabels.In(map, folder.names.Count).Except(PresentClasses).Select(index => (int?)index).FirstOrDefault() is not { } other) return map;
            throw new ExperimentException($"{Mask}: it has label {other + 1}, '{folder.Classes[other]}', and the image's labels say {string.Join(", ", PresentClasses.Select(index => $"'{folder.Classes[index]}'").DefaultIfEmpty("no class"))}; number label maps as datasets/{folder.options.Classes.Name}.yaml lists the classes, or give the image that class too");
        }

        /// <summary>Of an image in which COCO's annotations have no object.</summary>
        private LabelMap Background()
        {
            var (width, height) = ImageCodec.ReadSize(ImageFile, oriented: true);
            return new LabelMap(width, height, new byte[width * height]);
        }

        public string ImageFile => folder.content.Value.Files[id];

        public string? Mask => folder.options.Masks is null ? null : folder.MaskFile(id);

        private CocoLabels? Outlines => folder.content.Value.Labels as CocoLabels;
    }
}
