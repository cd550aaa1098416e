using System.Reflection;
using Google.Protobuf;
using Pole.Data.Imaging;
using Pole.Runner.Runs;
using Pole.Runner.Tests.Tracking;
using Pole.Runner.Tracking;
using Pole.Zoo.Weights;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;
using static TorchSharp.torch;

namespace Pole.Runner.Tests.Fuzzing;

/// <summary>Small valid inputs of every command that takes files.</summary>
internal sealed class FuzzCorpus
{
    public const int Width = 48, Height = 40, Images = 4;

    public static readonly string Shared = Path.GetFullPath(Path.Combine(typeof(FuzzCorpus).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "..", "shared"));

    private readonly string root;

    public FuzzCorpus(string root)
    {
        this.root = root;
        WriteVoc();
        WriteCoco();
        WriteChain();
        WriteWeights();
        WriteOtherImages();
        WriteTexts();
    }

    public string At(params string[] parts) => Path.Combine([root, .. parts]);

    /// <summary>Every file below a folder of the corpus.</summary>
    public IReadOnlyList<string> Below(params string[] parts) => [.. Directory.EnumerateFiles(At(parts), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private string Folder(params string[] parts) => Directory.CreateDirectory(At(parts)).FullName;

    private void WriteVoc()
    {
        var devkit = Path.Combine("voc", "VOCdevkit", "VOC2012");
        for (var image = 0; image < Images; image++)
        {
            ImageCodec.WriteJpeg(Path.Combine(Folder(devkit, "JPEGImages"), $"i{image}.jpg"), Noise(image));
            IndexedPng.Write(Path.Combine(Folder(devkit, "SegmentationClass"), $"i{image}.png"), Labels(image));
            File.WriteAllText(Path.Combine(Folder(devkit, "Annotations"), $"i{image}.xml"), $"<annotation>\n<size><width>{Width}</width><height>{Height}</height></size>\n<object>\n<name>{(image % 2 == 0 ? "aeroplane" : "bicycle")}</name>\n</object>\n</annotation>\n");
        }

        var lists = Folder(devkit, "ImageSets", "Segmentation");
        foreach (var split in new[] { "train", "train_aug", "val" }) File.WriteAllLines(Path.Combine(lists, $"{split}.txt"), ["i0", "/JPEGImages/i1.jpg /SegmentationClass/i1.png", "i2", "i3"]);
    }

    private void WriteCoco()
    {
        foreach (var split in new[] { "train2014", "val2014" })
        {
            for (var image = 0; image < Images; image++) ImageCodec.WriteJpeg(Path.Combine(Folder("coco", "coco", split), $"{split}-{image}.jpg"), Noise(image));
            string Segmentation(int image) => image switch { 0 => "[[4,4,40,4,40,30,4,30]]", 1 => """{"size":[40,48],"counts":[100,400,100]}""", 2 => """{"size":[40,48],"counts":"P1Q1"}""", _ => "[[1.5,1.5,20.25,3,10,30],[30,30,40,30,40,38]]" };
            File.WriteAllText(Path.Combine(Folder("coco", "coco", "annotations"), $"instances_{split}.json"),
                $$"""{"info":{"year":2014},"categories":[{"id":1,"name":"person"},{"id":2,"name":"bicycle"}],{{"\n"}}"images":[{{string.Join(",\n", Enumerable.Range(0, Images).Select(image => $$"""{"id":{{image}},"file_name":"{{split}}-{{image}}.jpg","width":{{Width}},"height":{{Height}}}"""))}}],{{"\n"}}"annotations":[{{string.Join(",\n", Enumerable.Range(0, Images).Select(image => $$"""{"id":{{image}},"image_id":{{image}},"category_id":{{1 + image % 2}},"area":{{100 + image}}.5,"iscrowd":{{(image is 1 or 2 ? 1 : 0)}},"segmentation":{{Segmentation(image)}}}"""))}}]}""");
        }
    }

    private void WriteChain()
    {
        for (var image = 0; image < Images; image++)
        {
            ImageCodec.WriteJpeg(Path.Combine(Folder("images"), $"i{image}.jpg"), Noise(image));
            IndexedPng.Write(Path.Combine(Folder("masks"), $"i{image}.png"), Labels(image));
            IndexedPng.Write(Path.Combine(Folder("truth"), $"i{image}.png"), Labels(image));
            LabelCams.Write(Path.Combine(Folder("cams"), $"i{image}.npy"), Labels(image));
        }

        File.WriteAllLines(At("ids.txt"), Enumerable.Range(0, Images).Select(image => $"i{image}"));
    }

    private void WriteOtherImages()
    {
        var noise = Noise(0);
        using var image = Image.LoadPixelData<Rgb24>(noise.Pixels, noise.Width, noise.Height);
        foreach (var (extension, encoder) in new (string, IImageEncoder)[] { ("webp", new WebpEncoder()), ("tiff", new TiffEncoder()), ("bmp", new BmpEncoder()) }) image.Save(Path.Combine(Folder("other-images"), $"i0.{extension}"), encoder);
    }

    private void WriteWeights()
    {
        using var scope = NewDisposeScope();
        Safetensors.Write(Path.Combine(Folder("weights"), "own.safetensors"), new Dictionary<string, Tensor> { ["conv1.weight"] = randn(4, 3, 2, 2), ["fc.bias"] = zeros(3, dtype: ScalarType.Float16), ["steps"] = tensor(7L) });
        foreach (var part in new[] { "hostile", "golden" })
        {
            var folder = part == "hostile" ? Path.Combine(Shared, "cases", part) : Path.Combine(Shared, part);
            if (!Directory.Exists(folder)) continue;
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".pth" or ".pt" or ".safetensors" && new FileInfo(file).Length < 3_000_000))
                File.Copy(file, At("weights", $"{part}-{Path.GetFileName(Path.GetDirectoryName(file))}-{Path.GetFileName(file)}"), overwrite: true);
        }

        // Belongs to Hugging Face's weights among them.
        var config = Path.Combine(Shared, "golden", "clip_vit", "config.json");
        if (File.Exists(config)) File.Copy(config, At("weights", "config.json"));

        WeightCorpus.WriteZip(Path.Combine(Folder("containers"), "zip.pth"));
        WeightCorpus.WriteLegacy(At("containers", "legacy.pth"));
        WeightCorpus.WriteTorchScript(At("containers", "script.pt"));
        WeightCorpus.WriteOnnx(At("containers", "model.onnx"), (tensor, values) => tensor.RawData = ByteString.CopyFrom(values));
        WeightCorpus.WriteOnnx(At("containers", "fields.onnx"), (tensor, values) => tensor.Int32Data.AddRange(values.Select(value => (int)value)));

        var name = Path.Combine("published", "clip-vit-base-patch32");
        Safetensors.Write(Path.Combine(Folder(name), "model.safetensors"), HuggingFaceWeights());
        File.WriteAllText(At(name, "config.json"), """{"text_config":{"hidden_act":"quick_gelu","num_attention_heads":2},"vision_config":{"hidden_act":"quick_gelu","num_attention_heads":2}}""");
        File.WriteAllText(At(name, "vocab.json"), "{" + string.Join(",\n", Enumerable.Range(33, 94).Select(code => ((char)code).ToString()).SelectMany(symbol => new[] { symbol, symbol + "</w>" }).Concat(["at</w>", "of", "<|startoftext|>", "<|endoftext|>"]).Select((symbol, id) => $"{System.Text.Json.JsonSerializer.Serialize(symbol)}:{id}")) + "}");
        File.WriteAllText(At(name, "merges.txt"), "#version: 0.2\na t</w>\no f\n");
        File.WriteAllText(At(name, "model.safetensors.index.json"), """{"metadata":{"total_size":1},"weight_map":{"logit_scale":"model.safetensors"}}""");
    }

    /// <summary>A ViT CLIP of width 8 with one layer a tower, under Hugging Face's names.</summary>
    private static Dictionary<string, Tensor> HuggingFaceWeights()
    {
        const int width = 8, tokens = 192, context = 77;
        var weights = new Dictionary<string, Tensor>
        {
            ["logit_scale"] = ones([]), ["text_model.embeddings.token_embedding.weight"] = randn(tokens, width), ["text_model.embeddings.position_embedding.weight"] = randn(context, width),
            ["vision_model.embeddings.class_embedding"] = randn(width), ["vision_model.embeddings.patch_embedding.weight"] = randn(width, 3, 8, 8), ["vision_model.embeddings.position_embedding.weight"] = randn(17, width),
            ["text_projection.weight"] = randn(512, width), ["visual_projection.weight"] = randn(512, width),
        };
        foreach (var (name, size) in new[] { ("text_model.final_layer_norm", width), ("vision_model.pre_layrnorm", width), ("vision_model.post_layernorm", width) }) Pair(name, [size], size);
        foreach (var layer in new[] { "text_model.encoder.layers.0", "vision_model.encoder.layers.0" })
        {
            foreach (var part in new[] { "q_proj", "k_proj", "v_proj", "out_proj" }) Pair($"{layer}.self_attn.{part}", [width, width], width);
            foreach (var part in new[] { "layer_norm1", "layer_norm2" }) Pair($"{layer}.{part}", [width], width);
            Pair($"{layer}.mlp.fc1", [4 * width, width], 4 * width);
            Pair($"{layer}.mlp.fc2", [width, 4 * width], width);
        }

        return weights;

        void Pair(string name, long[] shape, int size) => (weights[$"{name}.weight"], weights[$"{name}.bias"]) = (randn(shape), zeros(size));
    }

    private void WriteTexts()
    {
        var selections = Folder("selections");
        File.WriteAllText(Path.Combine(selections, "published.json"), """
            {"selections": {
            "i0": ["boat", "photo fish"],
            "i1": ["photo car"],
            "i2": ["flower"]
            }}
            """);
        string Choice(string image, int index) => $$"""{"image":"{{image}}","class":0,"class-name":"boat","index":{{index}},"name":"boat","names":["boat","photo boat"],"scores":[0.25,0.75]}""";
        File.WriteAllText(Path.Combine(selections, "own.json"), $"[{Choice("i0", 0)},\n{Choice("i1", 1)},\n{Choice("i2", 1)}]");
        File.WriteAllText(Path.Combine(Folder("machine"), "profile.yaml"), "parallel: 2\nsetup: module load cuda\nresources: { cpus: 2, memory: 4G, time: 1:00:00 }\nstages:\n  baseline: { gpus: 1, shards: 2 }\nlocal: { devices: [0, 1] }\nslurm: { account: a, qos: b }\nkubernetes: { image: a, claim: b, mount: /c }\ntracking: { uri: 'http://a', experiment: b }\n");
        File.WriteAllText(Path.Combine(Folder("tracked"), RunFolder.SpecFile), "description: A spec.\n");
        TrackingFile.Open(At("tracked")).Add(TrackedRun.Begin(TrackingTarget.Find(new TrackingSection { Uri = "http://a" }, _ => null)!, RunDescription.Of(RecordedFolder.Record(), "a/sweep", At("tracked"))) with
        {
            Run = new MlflowRun("a", "1", "mlflow-artifacts:/1/a/artifacts"), Steps = new Dictionary<string, long> { ["clip"] = 7 }, Artifacts = ["report.html"], Status = TrackedStatus.Killed, Ended = DateTimeOffset.UnixEpoch,
        });
        File.WriteAllLines(Path.Combine(Folder("lock"), "experiments.lock"), ["# A comment.", .. new[] { "shapes/pole", "voc12/pole with a blank" }.Select(experiment => $"{experiment} {new string('a', 64)}")]);
        File.WriteAllText(Path.Combine(Folder("tables"), "labels.csv"), "file,labels\ni0.jpg,boat|fish\ni1.jpg,2\n\"i2.jpg\",boat\n");
        File.WriteAllText(Path.Combine(Folder("specs"), "x.yaml"), "description: A spec.\ndataset: voc12\nbaseline: { epochs: 1 }\n");
        File.WriteAllText(Path.Combine(Folder("specs", "datasets"), "toys.yaml"), "classes:\n  duck: [duck, rubber duck]\n  toy car:\n    color: \"#2060c0\"\n    names: { chatgpt: [toy car, car], bnc: [toy car] }\n  кот: ~\nbackgrounds: [floor, table]\n");
        File.WriteAllText(Path.Combine(Folder("specs", "toys"), "clims.yaml"), "description: Toys.\ndataset: { name: folder, classes: toys, root: toys }\nbaseline: { epochs: 1 }\nprompt: { corpus: toys-bnc, synonyms: 1, backgrounds: !include ../datasets/toys.yaml#backgrounds }\n");
    }

    private static LabelMap Labels(int image) => new(Width, Height, [.. Enumerable.Range(0, Width * Height).Select(pixel => pixel % Width < 20 ? (byte)(1 + image % 2) : (byte)0)]);

    private static RgbImage Noise(int image)
    {
        var pixels = new byte[Width * Height * 3];
        new Random(image).NextBytes(pixels);
        return new RgbImage(Width, Height, pixels);
    }
}
