using System.IO.Compression;
using System.Text.Json;
using Pole.Zoo.Backbones;
using Pole.Zoo.Cam;
using Pole.Zoo.Segmentation;
using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>State dictionaries that are written for PyTorch.</summary>
public sealed class TorchArchiveTests
{
    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-torch-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void What_is_written_is_read_back_in_every_type_and_shape()
    {
        using var scope = NewDisposeScope();
        var types = new[] { ScalarType.Float32, ScalarType.Float64, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int64, ScalarType.Int32, ScalarType.Int16, ScalarType.Int8, ScalarType.Byte, ScalarType.Bool };
        var tensors = (from type in types from shape in new long[][] { [], [0, 3], [7], [2, 3, 4] } select (Name: $"{type}.{shape.Length}", Tensor: (rand(shape) * 100).to(type))).ToList();
        TorchArchive.Write(At("all.pth"), [.. tensors.Select(entry => ((IReadOnlyList<string>)[entry.Name], entry.Tensor))]);

        using var file = WeightFile.Open(At("all.pth"));

        Assert.That(file.Kind, Is.EqualTo(WeightFileKind.TorchArchive));
        foreach (var (name, tensor) in tensors) Assert.That(file.Tensors[name].Read() is var read && read.dtype == tensor.dtype && read.shape.SequenceEqual(tensor.shape) && read.Equals(tensor), name);
    }

    [Test]
    public void Names_of_one_weight_share_its_bytes()
    {
        using var scope = NewDisposeScope();
        TorchArchive.Write(At("shared.pth"), [(["a", "b", "c"], ones(1000))]);

        using var file = WeightFile.Open(At("shared.pth"));

        Assert.That(file.Tensors.Keys, Is.EqualTo(new[] { "a", "b", "c" }));
        Assert.That(new FileInfo(At("shared.pth")).Length, Is.LessThan(6000));
    }

    [Test]
    public void The_same_weights_are_the_same_bytes()
    {
        using var scope = NewDisposeScope();
        foreach (var name in new[] { "one.pth", "two.pth" }) TorchArchive.Write(At(name), [(["a"], ones(10))]);

        Assert.That(File.ReadAllBytes(At("one.pth")), Is.EqualTo(File.ReadAllBytes(At("two.pth"))));
        using var archive = ZipFile.OpenRead(At("one.pth"));
        Assert.That(archive.Entries.Select(entry => entry.FullName), Is.EqualTo(new[] { "archive/data.pkl", "archive/byteorder", "archive/data/0", "archive/version" }));
    }

    [Test]
    public void PyTorch_loads_a_CAM_network_strictly_and_computes_the_same()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = new ClassifierCamNetwork(new ResNet(8, [1, 2, 1, 1], 16, freezeStem: true), 5);
        OnnxSession.Calibrate(network, images => network.Maps(images));
        var weights = StateDictionary.Save(network);
        var images = randn(2, 3, 64, 80);
        TorchArchive.Write(At("cams.pth"), [.. weights.Select(weight => (network.PublishedNamesOf(weight.Key), weight.Value))]);
        Safetensors.Write(At("cams.safetensors"), weights.ToDictionary(weight => network.PublishedNamesOf(weight.Key)[0], weight => weight.Value));
        Safetensors.Write(At("io.safetensors"), new Dictionary<string, Tensor> { ["images"] = images, ["maps"] = network.Maps(images), ["logits"] = network.Logits(images) });

        using var printed = JsonDocument.Parse(PythonTorch.Run("clims_network.py", At("cams.pth"), At("cams.safetensors"), At("io.safetensors"), "8", "1", "2", "1", "1"));

        Assert.That(printed.RootElement.GetProperty("names").GetInt32(), Is.EqualTo(3 * (weights.Count - 1) + 2));
        Assert.That(printed.RootElement.GetProperty("values").GetDouble(), Is.Zero);
        Assert.That(printed.RootElement.GetProperty("outputs").GetDouble(), Is.LessThan(1e-4));
    }

    [Test]
    public void An_exported_CAM_network_is_read_as_the_checkpoints_of_CLIMS_are()
    {
        using var scope = NewDisposeScope();
        using var network = new ClassifierCamNetwork(new ResNet(4, [1, 1, 1, 1], 16, freezeStem: true), 5);
        using var other = new ClassifierCamNetwork(new ResNet(4, [1, 1, 1, 1], 16, freezeStem: true), 5);
        TorchArchive.Write(At("cams.pth"), [.. StateDictionary.Save(network).Select(weight => (network.PublishedNamesOf(weight.Key), weight.Value))]);

        using var file = WeightFile.Open(At("cams.pth"));
        CamCheckpoint.Load(other, file);

        Assert.That(StateDictionary.Save(other).All(weight => weight.Value.Equals(StateDictionary.Save(network)[weight.Key])));
        Assert.That(WeightSummary.Of(file).Architecture, Is.EqualTo("CLIMS CAM network on ResNet with 1, 1, 1, 1 blocks"));
    }

    [Test]
    public void The_backbone_of_an_exported_DeepLab_is_read_as_the_published_ones_are()
    {
        using var scope = NewDisposeScope();
        using var network = new DeepLabV2Options().Create(new SegmentationBase(5, () => new CaffeResNet(4, [1, 1, 1, 1])), ModuleContext.None);
        var weights = StateDictionary.Save(network);
        TorchArchive.Write(At("deeplab.pth"), [.. weights.Select(weight => (((IPublishedNames)network).PublishedNamesOf(weight.Key), weight.Value))]);

        using var backbone = new CaffeResNetOptions { Width = 4, Blocks = [1, 1, 1, 1], Weights = "deeplab.pth" }.Create(new ModuleContext { Device = CPU, CacheFolder = folder, WeightsFolder = folder });

        Assert.That(StateDictionary.Save(backbone).All(weight => weight.Value.Equals(weights[$"base.backbone.{weight.Key}"])));
    }

    private string At(string name) => Path.Combine(folder, name);
}
