using Pole.Data.Imaging;

namespace Pole.Data;

/// <summary>An image in a folder, which may have a label map in another.</summary>
/// <param name="imagesFolder">ID.jpg or ID.png.</param>
/// <param name="present">The classes that something else, such as a CAM file, says are present.</param>
/// <param name="truthFolder">ID.png; null where there is no ground truth.</param>
public sealed class FolderSample(string id, string imagesFolder, IReadOnlyList<int> present, string? truthFolder = null) : ISample
{
    private static readonly string[] LabelExtensions = [".png", ".PNG"], ImageExtensions = [".jpg", ".jpeg", .. LabelExtensions, ".JPG", ".JPEG"];

    public string Id => id;

    public SampleFiles Files => new(ImageFile, null, HasLabels ? TruthFile : null);

    public IReadOnlyList<int> PresentClasses => present;

    public bool HasLabels => truthFolder is not null && File.Exists(TruthFile);

    /// <exception cref="ExperimentException">There is no image of this name.</exception>
    public string ImageFile => Find(imagesFolder, ImageExtensions)
        ?? throw new ExperimentException($"there is no image {id}.jpg or {id}.png in {imagesFolder}");

    private string TruthFile => Find(truthFolder!, LabelExtensions) ?? Path.Combine(truthFolder!, $"{id}.png");

    public RgbImage LoadImage() => ImageCodec.ReadRgb(ImageFile);

    public LabelMap LoadLabels() => ImageCodec.ReadLabels(TruthFile);

    private string? Find(string folder, string[] extensions) => extensions.Select(extension => Path.Combine(folder, id + extension)).FirstOrDefault(File.Exists);
}
