using Pole.Data;
using Pole.Data.Imaging;
using Pole.Data.Voc;
using Pole.Pipeline.Artifacts;
using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>A few small images in VOC's layout, and files in the place of published weights: enough for keys.</summary>
internal static class TinyVoc
{
    public static Corpus Corpus { get; } = new() { Name = "tiny", Names = DatasetClasses.Of(new Voc12Options()).ToDictionary(name => name, name => (IReadOnlyList<string>)[name, $"{name} two", $"{name} three"]) };

    /// <summary>With data below DATA and weights below WEIGHTS of the folder; written where they are not there.</summary>
    public static RunContext Context(string folder, RecordingProgress progress, string data = "data-a")
    {
        var (root, weights) = (Path.Combine(folder, data), Path.Combine(folder, "weights"));
        if (!Directory.Exists(root)) Write(root, 8, 6);
        if (!Directory.Exists(weights)) WriteWeights(weights);
        return new RunContext(new ModuleContext { Device = CPU, CacheFolder = Path.Combine(folder, "cache"), DataFolder = root, WeightsFolder = weights }, new StageStore(Path.Combine(folder, "stages"), progress), progress, CancellationToken.None);
    }

    /// <param name="train">Images of train; as many more are there, and two of each are in val and other.</param>
    public static void Write(string root, int images, int train, int seed = 0)
    {
        var devkit = Path.Combine(root, "VOCdevkit", "VOC2012");
        string Part(params string[] parts) => Directory.CreateDirectory(Path.Combine([devkit, .. parts])).FullName;
        var random = new Random(seed);
        for (var image = 0; image < images; image++)
        {
            var pixels = new byte[48 * 40 * 3];
            random.NextBytes(pixels);
            ImageCodec.WriteJpeg(Path.Combine(Part("JPEGImages"), $"i{image}.jpg"), new RgbImage(48, 40, pixels));
            var label = (byte)(1 + image % 3);
            IndexedPng.Write(Path.Combine(Part("SegmentationClass"), $"i{image}.png"), new LabelMap(48, 40, [.. Enumerable.Range(0, 48 * 40).Select(pixel => pixel % 48 < 20 ? label : (byte)0)]));
            File.WriteAllText(Path.Combine(Part("Annotations"), $"i{image}.xml"), $"<annotation><object><name>{Corpus.Names.Keys.ElementAt(label - 1)}</name></object></annotation>");
        }

        List(root, "train", Enumerable.Range(0, train));
        List(root, "other", Enumerable.Range(1, train));
        List(root, "val", Enumerable.Range(images - 2, 2));
    }

    public static void List(string root, string split, IEnumerable<int> images) =>
        File.WriteAllLines(Path.Combine(Directory.CreateDirectory(Path.Combine(root, "VOCdevkit", "VOC2012", "ImageSets", "Segmentation")).FullName, $"{split}.txt"), images.Select(image => $"i{image}"));

    private static void WriteWeights(string weights)
    {
        Directory.CreateDirectory(weights);
        foreach (var name in new[] { "resnet50-19c8e357.pth", "ViT-B-32.pt", "ViT-B-16.pt", "bpe_simple_vocab_16e6.txt.gz", "res50_cam.pth", "other.pth" }) File.WriteAllText(Path.Combine(weights, name), name);
        var folder = Directory.CreateDirectory(Path.Combine(weights, "clip-vit-base-patch32")).FullName;
        using var scope = NewDisposeScope();
        Safetensors.Write(Path.Combine(folder, "model.safetensors"), new Dictionary<string, Tensor> { ["weight"] = zeros(2) });
        foreach (var name in new[] { "config.json", "vocab.json", "merges.txt" }) File.WriteAllText(Path.Combine(folder, name), "{}");
    }
}
