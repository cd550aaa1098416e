using System.Text.Json;
using Pole.Data.Coco;

namespace Pole.Data.Masks;

/// <summary>
/// Masks in a folder: for an image ID a folder ID with a PNG for each mask, or a file ID.json with run lengths, as scripts/amg.py of facebookresearch/segment-anything writes them without and with
/// <c>--convert-to-rle</c>. The JSON is a list of annotations, or an object with a list <c>annotations</c>, as in the data set SA-1B.
/// </summary>
internal sealed class MaskFolder(string folder) : IMaskSource
{
    private const string Annotations = "annotations";

    private static readonly EnumerationOptions PngFiles = new() { MatchCasing = MatchCasing.CaseInsensitive };

    public bool Has(string image) => PngsOf(image).Count > 0 || File.Exists(JsonOf(image));

    public IReadOnlyList<BinaryMask> Of(string image, int width, int height)
    {
        if (PngsOf(image) is { Count: > 0 } files) return [.. files.Select(file => MaskPng.Read(file, image, width, height))];
        return File.Exists(JsonOf(image)) ? ReadJson(JsonOf(image), image, width, height) : [];
    }

    private static IReadOnlyList<BinaryMask> ReadJson(string path, string image, int width, int height) => InputFile.Read<IReadOnlyList<BinaryMask>>(path, "masks of an image", MaskSources.Remedy, () =>
    {
        using var document = JsonDocument.Parse(InputFile.Bytes(path));
        var list = document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.GetProperty(Annotations) : document.RootElement;
        return [.. list.EnumerateArray().Select(annotation => CocoMask.Read(annotation.GetProperty("segmentation"), path, image, width, height))];
    });

    private List<string> PngsOf(string image) => Path.Combine(folder, image) is var masks && Directory.Exists(masks) ? [.. Directory.EnumerateFiles(masks, "*.png", PngFiles).Order(StringComparer.Ordinal)] : [];

    private string JsonOf(string image) => Path.Combine(folder, $"{image}.json");
}
