using System.ComponentModel.DataAnnotations;
using Pole.Data.Imaging;

namespace Pole.Data.Folders;

/// <summary>Images of one's own, in a folder below <c>DATA</c>: a folder a class, a table of labels, label maps, COCO annotations, or text files as YOLO has them. <c>pole data init</c> writes these keys for a folder.</summary>
[PoleModule("folder")]
public sealed record FolderOptions : IModuleOptions<IDataset>, IOptionalLabelMaps
{
    private const double StandardShare = 0.2;

    /// <summary>Name of a file under <c>datasets/</c>.</summary>
    public required ClassList Classes { get; init; }

    /// <summary>Folder below the data folder (<c>--data</c>) that everything is in.</summary>
    public required string Root { get; init; }

    /// <summary>Folder of the images below <c>root</c>, with whatever folders are in it. An image is called by its path below it, without extension.</summary>
    public string Images { get; init; } = ".";

    /// <summary>
    /// Where the classes of an image stand, below <c>root</c>: a table with the columns <c>file</c> and <c>labels</c> (.csv, .tsv), COCO annotations (.json), or a folder of text files with an object a line that begins with the
    /// number of its class, from 0, as YOLO has them. Without it, the label maps say them; without these too, the first folder of an image is its class.
    /// </summary>
    public string? Labels { get; init; }

    /// <summary>Folder of label maps below <c>root</c>, named as the images: PNGs with 0 for background, k for the k-th class and 255 for what is not counted. Without it, COCO annotations have outlines.</summary>
    public string? Masks { get; init; }

    /// <summary>What is trained on: a list with an image a line, below <c>root</c>, or a folder below <c>images</c>.</summary>
    [TogetherWith(nameof(Validation))]
    public string? Train { get; init; }

    /// <summary>What is measured on, in the same way.</summary>
    [TogetherWith(nameof(Train))]
    public string? Validation { get; init; }

    /// <summary>Share of the images with label maps that are measured on, drawn class by class, where no lists are given. Left out: 0.2, and none where no image has a label map.</summary>
    [Range(0.01, 0.99), MutuallyExclusiveWith(nameof(Validation))]
    public double? ValidationShare { get; init; }

    /// <summary>Of that drawing.</summary>
    [MutuallyExclusiveWith(nameof(Validation))]
    public int? SplitSeed { get; init; }

    /// <summary>Leave out images that cannot be read, instead of ending with an error; the result names them.</summary>
    public bool SkipDamaged { get; init; }

    /// <summary>What decodes JPEGs: SkiaSharp, as everywhere here, or ImageSharp, for machines without the native library.</summary>
    public JpegDecoder Jpeg { get; init; } = JpegDecoder.Skia;

    public IDataset Create(ModuleContext context)
    {
        if (context.DataFolder is not { } data) throw new ExperimentException($"the folder {Root} is needed and no data folder was given: give the folder that has {Root} in it with --data DIR or POLE_DATA");
        var root = Path.Combine(data, Root);
        if (!Directory.Exists(root)) throw new ExperimentException($"{root}: there is no such folder; dataset.root is {Root}, below the data folder {data} (--data)");
        return DamagedImages.Guard(new ImageFolder(root, this), SkipDamaged);
    }

    /// <summary>COCO annotations have outlines.</summary>
    public bool HasLabelMaps => Masks is not null || Path.GetExtension(Labels)?.Equals(ImageFolder.Annotations, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Where nothing can be measured, every image is trained on unless the spec asks for a share.</summary>
    internal double Share => ValidationShare ?? (HasLabelMaps ? StandardShare : 0);
}
