namespace Pole.Data.Masks;

/// <summary>Opens masks of any form.</summary>
public static class MaskSources
{
    internal const string Remedy = "write the masks again, as scripts/amg.py of facebookresearch/segment-anything does";

    private const string Forms = "masks are a folder with a folder ID of PNGs or a file ID.json for each image, or one JSON file in COCO's form";

    /// <param name="path">A folder with ID/*.png or ID.json, or one JSON file in COCO's form.</param>
    /// <exception cref="ExperimentException">It does not exist, or is no JSON in COCO's form; names it.</exception>
    public static IMaskSource Open(string path)
    {
        Require(path);
        return Directory.Exists(path) ? new MaskFolder(path) : new CocoMaskFile(path);
    }

    /// <exception cref="ExperimentException">There is nothing, or an empty folder; names it.</exception>
    public static void Require(string path)
    {
        if (!Path.Exists(path)) throw new ExperimentException($"{path} does not exist: {Forms}; {Remedy}");
        if (Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any()) throw new ExperimentException($"{path} is empty: {Forms}; {Remedy}");
    }

    /// <exception cref="ExperimentException">The mask is not of its image's size.</exception>
    internal static void RequireSize(string source, int maskWidth, int maskHeight, string image, int width, int height)
    {
        if ((maskWidth, maskHeight) != (width, height)) throw new ExperimentException($"{source} is {maskWidth}×{maskHeight}, its image {image} is {width}×{height}; make the masks of the image at its own size");
    }
}
