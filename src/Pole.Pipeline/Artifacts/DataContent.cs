using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Pole.Data.Imaging;

namespace Pole.Pipeline.Artifacts;

/// <summary>What a data set holds, as digests: of its lists, and of each part of the samples of a split. Two data sets with equal digests give equal results, wherever they lie.</summary>
/// <param name="dataset">Prepared.</param>
/// <param name="contents">Keeps, under each digest, the digests of the samples that it is made of, so that a difference can be named.</param>
internal sealed class DataContent(Func<IDataset> dataset, FileDigests digests, DigestContents contents, IStageProgress progress, CancellationToken cancellation)
{
    private readonly Dictionary<(string?, SampleParts), string> known = [];

    /// <summary>The image of each id that was seen.</summary>
    private readonly Dictionary<string, string> ids = new(StringComparer.Ordinal);

    /// <summary>Digests by name: <c>train.list</c>, <c>train.images</c>, <c>classes</c>.</summary>
    /// <exception cref="ExperimentException">A file is missing or cannot be read, or a label map is not of its image's size.</exception>
    public IReadOnlyDictionary<string, string> Of(string? split, SampleParts parts)
    {
        var content = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["classes"] = CanonicalSpec.Fingerprint(dataset().Classes) };
        if (parts.HasFlag(SampleParts.Captions)) content["version"] = dataset().Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (split is null) return content;
        content[$"{split}.list"] = Part(split, SampleParts.None);
        foreach (var part in new[] { SampleParts.Images, SampleParts.Classes, SampleParts.LabelMaps })
            if (parts.HasFlag(part)) content[$"{split}.{NameOf(part)}"] = Part(split, part);
        if (parts.HasFlag(SampleParts.Images | SampleParts.LabelMaps)) CheckSizes(split);
        return content;
    }

    private static string NameOf(SampleParts part) => part switch { SampleParts.Images => "images", SampleParts.Classes => "image-level labels", _ => "label maps" };

    private string Part(string split, SampleParts part)
    {
        if (known.TryGetValue((split, part), out var digest)) return digest;
        var samples = dataset().Samples(split);
        RequireOneImageAnId(split, samples);
        var parts = part == SampleParts.None ? [.. samples.Select(_ => "")] : Digests(samples, part);
        return known[(split, part)] = contents.Keep(samples.Zip(parts, (sample, own) => (sample.Id, own)));
    }

    /// <summary>An id names an image in every split: results are stored under it.</summary>
    private void RequireOneImageAnId(string split, IReadOnlyList<ISample> samples)
    {
        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach (var sample in samples)
        {
            var image = sample.Files?.Image;
            if (!own.Add(sample.Id)) throw new ExperimentException($"two images of the split '{split}' have the id '{sample.Id}'{(image is null ? "" : $", {ids[sample.Id]} and {image}")}: an id names one image; put the folder into it, as in cat/001");
            if (image is not null && ids.TryGetValue(sample.Id, out var other) && other != image) throw new ExperimentException($"two images have the id '{sample.Id}', {other} and {image}: an id names one image in every split");
            if (image is not null) ids[sample.Id] = image;
        }
    }

    private string[] Digests(IReadOnlyList<ISample> samples, SampleParts part)
    {
        var found = new string[samples.Count];
        var files = new List<(int Place, string Path)>();
        var pixels = new List<int>();
        for (var place = 0; place < samples.Count; place++)
        {
            var sample = samples[place];
            if (FileOf(sample, part) is { } path) files.Add((place, path));
            else if (part == SampleParts.Classes) found[place] = string.Join(' ', sample.PresentClasses);
            else if (part == SampleParts.LabelMaps && (sample.Files is not null || !sample.HasLabels)) found[place] = "none";
            else pixels.Add(place);
        }

        foreach (var ((place, _), digest) in files.Zip(digests.Of([.. files.Select(file => file.Path)], progress, cancellation))) found[place] = digest;
        ParallelWork.For(pixels.Count, cancellation, index => found[pixels[index]] = part == SampleParts.Images ? DigestOf(samples[pixels[index]].LoadImage()) : DigestOf(samples[pixels[index]].LoadLabels()));
        return found;
    }

    private static string? FileOf(ISample sample, SampleParts part) => part switch
    {
        SampleParts.Images => sample.Files?.Image,
        SampleParts.Classes => sample.Files?.Classes,
        _ => sample.Files?.LabelMap,
    };

    private static string DigestOf(RgbImage image) => DigestOf(image.Width, image.Height, image.Pixels);

    private static string DigestOf(LabelMap map) => DigestOf(map.Width, map.Height, map.Labels);

    private static string DigestOf(int width, int height, byte[] values) => Convert.ToHexStringLower(SHA256.HashData([.. MemoryMarshal.AsBytes<int>([width, height]), .. values]));

    /// <summary>Only headers are read, and of the same content only once.</summary>
    private void CheckSizes(string split)
    {
        var (images, maps) = (Part(split, SampleParts.Images), Part(split, SampleParts.LabelMaps));
        if (contents.AreChecked(images, maps)) return;
        var samples = dataset().Samples(split);
        ParallelWork.For(samples.Count, cancellation, place =>
        {
            // An outline file's label maps are drawn in the image's size.
            if (samples[place].Files is not { LabelMap: { } map } files || !map.EndsWith(".png", StringComparison.OrdinalIgnoreCase)) return;
            var (image, labels) = (ImageCodec.ReadSize(files.Image, files.IsOriented), ImageCodec.ReadSize(map));
            if (image != labels) throw new ExperimentException($"{map}: the label map is {labels.Width}×{labels.Height}, and its image {files.Image} {image.Width}×{image.Height}; get both from one source");
        });
        contents.MarkChecked(images, maps);
    }
}

/// <summary>What digests of data are made of: for each a file with a line for every sample.</summary>
public sealed class DigestContents(string folder)
{
    /// <summary>What this run made, which a store that can only be read does not take.</summary>
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> own = new(StringComparer.Ordinal);

    private const char Separator = '\t';

    internal string Keep(IEnumerable<(string Id, string Digest)> samples)
    {
        var text = string.Concat(samples.Select(sample => $"{Uri.EscapeDataString(sample.Id)}{Separator}{sample.Digest}\n"));
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        own[digest] = text;
        Write(digest, text);
        return digest;
    }

    internal bool AreChecked(string images, string maps) => File.Exists(CheckedFile(images, maps));

    internal void MarkChecked(string images, string maps) => Write(Path.GetFileName(CheckedFile(images, maps)), "");

    /// <summary>In what two digests differ, in words: <c>2 added, 1 changed: cat/001</c>.</summary>
    /// <returns>Null where one of them is not known here.</returns>
    public string? Difference(string before, string after)
    {
        if (Between(before, after) is not var (added, removed, changed)) return null;
        var parts = new[] { ("added", added), ("removed", removed), ("changed", changed) }.Where(part => part.Item2.Count > 0)
            .Select(part => $"{part.Item2.Count} {part.Item1} ({string.Join(", ", part.Item2.Take(3))}{(part.Item2.Count > 3 ? ", …" : "")})").ToList();
        return parts.Count == 0 ? "another order" : string.Join(", ", parts);
    }

    /// <summary>The number of samples in which two digests differ; as many as there can be where one of them is not known here.</summary>
    internal int Distance(string before, string after) => Between(before, after) is var (added, removed, changed) ? added.Count + removed.Count + changed.Count : int.MaxValue / 16;

    private (List<string> Added, List<string> Removed, List<string> Changed)? Between(string before, string after) => Read(before) is { } old && Read(after) is { } young
        ? ([.. young.Keys.Where(id => !old.ContainsKey(id))], [.. old.Keys.Where(id => !young.ContainsKey(id))], [.. young.Where(sample => old.TryGetValue(sample.Key, out var digest) && digest != sample.Value).Select(sample => sample.Key)]) : null;

    private string CheckedFile(string images, string maps) => Path.Combine(folder, $"{CanonicalSpec.Fingerprint(new[] { images, maps })[..16]}.sizes");

    private void Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        if (File.Exists(path)) return;
        try
        {
            Directory.CreateDirectory(folder);
            AtomicFile.Write(path, temporary => File.WriteAllText(temporary, text));
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            // A store that can only be read is as good for reading; a difference is then named without its samples.
        }
    }

    private Dictionary<string, string>? Read(string digest)
    {
        var path = Path.Combine(folder, digest);
        return File.Exists(path) ? InputFile.Read(path, "digests of samples", "delete it; a run writes it again", () =>
            File.ReadLines(path).Select(line => line.Split(Separator)).ToDictionary(parts => Uri.UnescapeDataString(parts[0]), parts => parts[1], StringComparer.Ordinal)) : null;
    }
}
