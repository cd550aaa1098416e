namespace Pole.Data.Voc;

/// <summary>PASCAL VOC 2012 with the augmented training list, read from <c>DATA/VOCdevkit/VOC2012</c>.</summary>
[PoleModule("voc12")]
[DatasetClasses("aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
    "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor")]
public sealed record Voc12Options : IModuleOptions<IDataset>
{
    private const string Remedy = "get VOCtrainval_11-May-2012.tar from http://host.robots.ox.ac.uk/pascal/VOC/voc2012/ and unpack it into the data folder; "
        + "train_aug.txt lists its 10,582 training images with the masks of SBD (SegmentationClassAug) and goes into ImageSets/Segmentation";

    private static readonly Dictionary<string, int> Published = new() { ["train"] = 1464, ["train_aug"] = 10_582, ["val"] = 1449 };

    /// <summary>List under ImageSets/Segmentation that weak supervision trains on.</summary>
    public string TrainSplit { get; init; } = "train_aug";

    /// <summary>List under ImageSets/Segmentation that CAMs are measured on.</summary>
    public string EvaluationSplit { get; init; } = "train";

    /// <summary>Leave out images that cannot be read, instead of ending with an error; the result names them.</summary>
    public bool SkipDamaged { get; init; }

    public IDataset Create(ModuleContext context)
    {
        if (context.DataFolder is not { } folder)
            throw new ExperimentException($"the data set voc12 is needed and no data folder was given: {Remedy}; give the folder with --data DIR or POLE_DATA");
        return DamagedImages.Guard(new VocDataset(Path.Combine(folder, "VOCdevkit", "VOC2012"), DatasetClasses.Of(this), TrainSplit, EvaluationSplit, Published, Remedy), SkipDamaged);
    }
}
