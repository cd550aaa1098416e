using System.Globalization;
using System.Text.Json;
using Pole.Data.Folders;
using Pole.Data.Imaging;

namespace Pole.Pipeline.External;

/// <summary>Label maps of the images of a folder, by a network that is trained already. What is there already is left.</summary>
public static class FolderPrediction
{
    private const string MasksFolder = "masks", OverlaysFolder = "overlays", CamsFolder = "cams", SharesFile = "shares.csv", ScoresFile = "scores.csv", OriginFile = "prediction.json";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };

    /// <param name="images">A folder of images, with folders in it or without.</param>
    /// <param name="classes">In label order.</param>
    /// <param name="overlay">Paints label maps over images.</param>
    /// <param name="origin">What the predictions are made of: predictions of something else are never added to.</param>
    /// <param name="open">Opens the network for the images of these ids.</param>
    /// <param name="output">Receives masks/ID.png with the VOC palette, overlays/ID.jpg, and shares.csv, the share of every class of an image's pixels.</param>
    /// <param name="classifier">Says the classes of images; its probabilities become scores.csv. Null where they are given or not needed.</param>
    /// <param name="cams">The forms in which CAMs are written, into cams/.</param>
    /// <param name="batch">Images of one size that are predicted together at most.</param>
    /// <returns>The label maps by id.</returns>
    /// <exception cref="ExperimentException">The labels are wrong; an image cannot be read; the folder holds predictions of something else.</exception>
    public static IReadOnlyDictionary<string, string> Run(string images, IReadOnlyList<string> classes, LabelOverlay overlay, PredictionOrigin origin, Func<ICollection<string>, IPredictor> open, string output, PredictedClasses? classifier, CamFormats cams, int batch, RunContext context)
    {
        var files = ImageFiles.Below(images, []);
        using var predictor = open([.. files.Keys]);
        RequireOwn(output, origin);
        var masks = files.Keys.ToDictionary(id => id, id => Path.Combine(output, MasksFolder, $"{id}.png"), StringComparer.Ordinal);
        context.Progress.Stage("prediction", progress =>
        {
            var missing = files.Where(file => !File.Exists(masks[file.Key])).ToList();
            progress.Expect(files.Count, "images", files.Count - missing.Count);
            var images = ReadAhead.Run(missing.Count, context.Modules.Workers, context.Cancellation, index => (Id: missing[index].Key, Image: Read(missing[index].Value)));
            foreach (var together in SizeBatches.Of(images, entry => predictor.SeenSize(entry.Image), batch))
            foreach (var ((id, image), made) in together.Zip(predictor.Predict(together)))
            {
                using var prediction = made;
                Write(Path.Combine(output, OverlaysFolder, $"{id}.jpg"), path => ImageCodec.WriteJpeg(path, overlay.Draw(image, prediction.Labels)));
                if (prediction.Cam is { } cam) WriteCams(Path.Combine(output, CamsFolder, id), cam, cams);
                // The last: what has a label map is done.
                Write(masks[id], path => IndexedPng.Write(path, prediction.Labels));
                progress.Advance(1);
            }
        });
        Write(Path.Combine(output, SharesFile), path => File.WriteAllText(path, Shares(masks, classes)));
        if (classifier is not null) Write(Path.Combine(output, ScoresFile), path => File.WriteAllText(path, Scores(files, classes, classifier, context.Cancellation)));
        return masks;
    }

    private static void WriteCams(string place, FusedCam cam, CamFormats formats)
    {
        if (formats.HasFlag(CamFormats.Npy)) Write($"{place}.npy", path => CamFileWriter.Write(path, cam));
        if (!formats.HasFlag(CamFormats.Png)) return;
        using var scope = TorchSharp.torch.NewDisposeScope();
        var (height, width, values) = ((int)cam.HighResolution.shape[1], (int)cam.HighResolution.shape[2], cam.HighResolution.cpu().ToFloats());
        foreach (var (index, present) in cam.Classes.Index()) Write($"{place}.{present + 1}.png", path => ImageCodec.WritePng(path, Grey(width, height, values.AsSpan(index * height * width, height * width))));
    }

    private static RgbImage Grey(int width, int height, ReadOnlySpan<float> map)
    {
        var pixels = new byte[3 * map.Length];
        for (var pixel = 0; pixel < map.Length; pixel++) pixels.AsSpan(3 * pixel, 3).Fill((byte)Math.Round(255 * Math.Clamp(map[pixel], 0, 1)));
        return new RgbImage(width, height, pixels);
    }

    private static void Write(string path, Action<string> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, write);
    }

    /// <summary>Label maps of two networks in one folder would look like those of one.</summary>
    private static void RequireOwn(string output, PredictionOrigin origin)
    {
        if (File.Exists(output)) throw new ExperimentException($"{output} is a file; give a folder");
        var (path, text) = (Path.Combine(output, OriginFile), JsonSerializer.Serialize(origin, Format));
        if (File.Exists(path) && InputFile.Read(path, "the origin of predictions", "delete it with the predictions", () => File.ReadAllText(path)) != text)
            throw new ExperimentException($"{output} holds predictions of another network, or made in another way, as {path} says; give another folder");
        if (!File.Exists(path) && Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any()) throw new ExperimentException($"{output} is there already and holds something else; give another folder");
        Write(path, target => File.WriteAllText(target, text));
    }

    /// <summary>Of every image, also those that an earlier call predicted.</summary>
    private static string Scores(IReadOnlyDictionary<string, string> files, IReadOnlyList<string> classes, PredictedClasses classifier, CancellationToken cancellation)
    {
        foreach (var (id, file) in files.Where(file => !classifier.Probabilities.ContainsKey(file.Key)))
        {
            cancellation.ThrowIfCancellationRequested();
            classifier.Of([(id, Read(file))]);
        }

        return string.Concat(classifier.Probabilities.Select(image => CsvText.Line([image.Key, .. image.Value.Select(value => value.ToString("f6", CultureInfo.InvariantCulture))])).Prepend(CsvText.Line(["image", .. classes])));
    }

    private static RgbImage Read(string file) => ImageCodec.ReadRgb(file, new ImageDecoding { Oriented = true });

    /// <summary>A label map that an earlier call wrote may have been damaged since.</summary>
    private static LabelMap Own(string path)
    {
        try
        {
            return ImageCodec.ReadLabels(path);
        }
        catch (ExperimentException exception)
        {
            throw new ExperimentException($"{path}: the label map that was predicted before is damaged; delete it, and the same command makes it again", exception);
        }
    }

    private static string Shares(IReadOnlyDictionary<string, string> masks, IReadOnlyList<string> classes)
    {
        var lines = new List<string> { CsvText.Line(["image", "background", .. classes]) };
        foreach (var (id, path) in masks)
        {
            var (map, counts) = (Own(path), new long[byte.MaxValue + 1]);
            foreach (var label in map.Labels) counts[label]++;
            lines.Add(CsvText.Line([id, .. Enumerable.Range(0, classes.Count + 1).Select(label => (counts[label] / (double)map.Labels.Length).ToString("f6", CultureInfo.InvariantCulture))]));
        }

        return string.Concat(lines);
    }
}

/// <summary>What predictions are made of.</summary>
/// <param name="Network">The stage that trained the network.</param>
/// <param name="Weights">SHA-256 of its file; null for CAMs of a network or a source that no stage trained.</param>
/// <param name="Labels">SHA-256 of the table of labels, or <c>auto</c>; null where none are needed.</param>
/// <param name="Window">Side of the windows of images that are larger, in pixels.</param>
/// <param name="Cams">The forms in which CAMs are written.</param>
public sealed record PredictionOrigin(string Experiment, string Fingerprint, string Network, string? Weights, string? Labels, int Window, string Cams);

/// <summary>The files that CAMs are written to.</summary>
[Flags]
public enum CamFormats
{
    None = 0,

    /// <summary>ID.npy, a <see cref="CamFile"/>.</summary>
    Npy = 1,

    /// <summary>ID.LABEL.png for each class, grey, 255 for 1.</summary>
    Png = 2,
}
