namespace Pole.Data.Coco;

/// <summary>MS-COCO 2014, read from <c>DATA/coco</c>: <c>annotations/instances_train2014.json</c>, <c>train2014/</c> and the same for val2014.</summary>
[PoleModule("coco14")]
[DatasetClasses("person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light",
    "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow",
    "elephant", "bear", "zebra", "giraffe", "backpack", "umbrella", "handbag", "tie", "suitcase", "frisbee",
    "skis", "snowboard", "sports ball", "kite", "baseball bat", "baseball glove", "skateboard", "surfboard", "tennis racket", "bottle",
    "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple", "sandwich", "orange",
    "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch", "potted plant", "bed",
    "dining table", "toilet", "tv", "laptop", "mouse", "remote", "keyboard", "cell phone", "microwave", "oven",
    "toaster", "sink", "refrigerator", "book", "clock", "vase", "scissors", "teddy bear", "hair drier", "toothbrush")]
public sealed record Coco14Options : IModuleOptions<IDataset>
{
    private const string Remedy = "get train2014.zip, val2014.zip and annotations_trainval2014.zip from https://cocodataset.org/#download and unpack them into the folder coco of the data folder";

    /// <summary>Numbers that COCO's category ids leave out of 1…90.</summary>
    private static readonly int[] Unused = [12, 26, 29, 30, 45, 66, 68, 69, 71, 83];

    /// <summary>Images with at least one object: 82,081 of 82,783, and 40,137 of 40,504.</summary>
    private static readonly Dictionary<string, int> Published = new() { ["train2014"] = 82_081, ["val2014"] = 40_137 };

    /// <summary>Split that weak supervision trains on.</summary>
    public string TrainSplit { get; init; } = "train2014";

    /// <summary>Split that CAMs are measured on.</summary>
    public string EvaluationSplit { get; init; } = "val2014";

    /// <summary>Leave out images that cannot be read, instead of ending with an error; the result names them.</summary>
    public bool SkipDamaged { get; init; }

    public IDataset Create(ModuleContext context)
    {
        if (context.DataFolder is not { } folder)
            throw new ExperimentException($"the data set coco14 is needed and no data folder was given: {Remedy}; give the data folder with --data DIR or POLE_DATA");
        return DamagedImages.Guard(new CocoDataset(Path.Combine(folder, "coco"), DatasetClasses.Of(this), [.. Enumerable.Range(1, 90).Except(Unused)], TrainSplit, EvaluationSplit, Published, Remedy), SkipDamaged);
    }
}
