using System.Text.Json;
using Pole.Data;
using Pole.Data.Folders;
using Pole.Data.Imaging;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Stages;
using Pole.Zoo.Cam;

namespace Pole.Pipeline.External;

/// <summary>
/// Label maps of the images of a folder, by what an experiment has trained: its segmentation network where it has one, else its CAMs, which need the classes of each image. Nothing is trained, and what is there already
/// is left.
/// </summary>
public static class FolderPrediction
{
    private const string MasksFolder = "masks", OverlaysFolder = "overlays", SharesFile = "shares.csv", OriginFile = "prediction.json";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };

    /// <param name="images">A folder of images, with folders in it or without.</param>
    /// <param name="labels">A table of the images' classes (<see cref="TableLabels"/>); null for none.</param>
    /// <param name="output">Receives masks/ID.png with the VOC palette, overlays/ID.jpg, and shares.csv, the share of every class of an image's pixels.</param>
    /// <returns>The label maps by id.</returns>
    /// <exception cref="ExperimentException">The experiment is not trained; the labels are missing or wrong; an image cannot be read; the folder holds predictions of something else.</exception>
    public static IReadOnlyDictionary<string, string> Run(Experiment experiment, string images, string? labels, string output, RunContext context)
    {
        var files = ImageFiles.Below(images, []);
        var classes = DatasetClasses.Of(experiment.Dataset);
        using var predictor = Open(experiment, context, labels is null ? null : new TableLabels(labels, new ClassNames(classes, $"the data set of {experiment.Name}"), files.Keys));
        RequireOwn(output, experiment, labels);
        var masks = files.Keys.ToDictionary(id => id, id => Path.Combine(output, MasksFolder, $"{id}.png"), StringComparer.Ordinal);
        var overlay = LabelOverlay.Of(experiment.Dataset);
        context.Progress.Stage("prediction", progress =>
        {
            var missing = files.Where(file => !File.Exists(masks[file.Key])).ToList();
            progress.Expect(files.Count, "images", files.Count - missing.Count);
            foreach (var (id, image) in ReadAhead.Run(missing.Count, context.Modules.Workers, context.Cancellation, index => (missing[index].Key, ImageCodec.ReadRgb(missing[index].Value, new ImageDecoding { Oriented = true }))))
            {
                var map = predictor.Label(id, image);
                Write(Path.Combine(output, OverlaysFolder, $"{id}.jpg"), path => ImageCodec.WriteJpeg(path, overlay.Draw(image, map)));
                // The last: what has a label map is done.
                Write(masks[id], path => IndexedPng.Write(path, map));
                progress.Advance(1);
            }
        });
        Write(Path.Combine(output, SharesFile), path => File.WriteAllText(path, Shares(masks, classes)));
        return masks;
    }

    private static void Write(string path, Action<string> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, write);
    }

    /// <summary>Label maps of two networks in one folder would look like those of one.</summary>
    private static void RequireOwn(string output, Experiment experiment, string? labels)
    {
        var path = Path.Combine(output, OriginFile);
        var origin = JsonSerializer.Serialize(new { Experiment = experiment.Name, experiment.Fingerprint, Labels = labels is null ? null : Zoo.Weights.FileHash.Sha256(labels) }, Format);
        if (File.Exists(path) && InputFile.Read(path, "the origin of predictions", "delete it with the predictions", () => File.ReadAllText(path)) != origin)
            throw new ExperimentException($"{output} holds predictions of another experiment, or with other labels, as {path} says; give another folder");
        if (!File.Exists(path) && Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any()) throw new ExperimentException($"{output} is there already and holds something else; give another folder");
        Write(path, target => File.WriteAllText(target, origin));
    }

    private static string Shares(IReadOnlyDictionary<string, string> masks, IReadOnlyList<string> classes)
    {
        var lines = new List<string> { CsvText.Line(["image", "background", .. classes]) };
        foreach (var (id, path) in masks)
        {
            var (map, counts) = (ImageCodec.ReadLabels(path), new long[byte.MaxValue + 1]);
            foreach (var label in map.Labels) counts[label]++;
            lines.Add(CsvText.Line([id, .. Enumerable.Range(0, classes.Count + 1).Select(label => (counts[label] / (double)map.Labels.Length).ToString("f6", System.Globalization.CultureInfo.InvariantCulture))]));
        }

        return string.Concat(lines);
    }

    private static IPredictor Open(Experiment experiment, RunContext context, IImageLabels? labels)
    {
        var run = new ExperimentRun(experiment, context);
        if (experiment.Segmentation is not null)
        {
            using var stored = run.StoredTo(PipelineSlots.SegmentationScores) ?? throw NotTrained(experiment);
            return new SegmentationPredictor(stored.Final(PipelineSlots.SegmentationScores)!.Load());
        }

        if (labels is null) throw new ExperimentException($"{experiment.Name} ends with CAMs, which show the classes that an image is said to have: give them with --labels, or train a segmentation network");
        using var cams = run.StoredTo(PipelineSlots.CamSource) ?? throw NotTrained(experiment);
        return new CamPredictor(cams.Final(PipelineSlots.CamSource)!.Open(), labels, experiment.Cam.Threshold);
    }

    private static ExperimentException NotTrained(Experiment experiment) => new($"{experiment.Name} is not in the store, or not all of it: run it first (pole run {experiment.Name})");

    private interface IPredictor : IDisposable
    {
        LabelMap Label(string id, RgbImage image);
    }

    private sealed class SegmentationPredictor(SegmentationInference network) : IPredictor
    {
        public LabelMap Label(string id, RgbImage image) => network.Labels(image);

        public void Dispose() => network.Dispose();
    }

    private sealed class CamPredictor(ICamSource source, IImageLabels labels, double threshold) : IPredictor
    {
        public LabelMap Label(string id, RgbImage image)
        {
            using var cam = source.Of(new GivenSample(id, image, labels.Of(id)), image);
            return cam is null ? new LabelMap(image.Width, image.Height, new byte[image.Width * image.Height]) : CamLabels.FromCams(cam.HighResolution, cam.Classes, threshold);
        }

        public void Dispose() => source.Dispose();
    }

    /// <summary>An image of no data set.</summary>
    private sealed class GivenSample(string id, RgbImage image, IReadOnlyList<int> present) : ISample
    {
        public string Id => id;

        public IReadOnlyList<int> PresentClasses => present;

        public bool HasLabels => false;

        public RgbImage LoadImage() => image;

        public LabelMap LoadLabels() => throw new ExperimentException($"there is no label map of {id}");
    }
}
