using CsCheck;
using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

public sealed class WeightTests
{
    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-weights-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void What_is_written_is_read_back() => Gen.Select(Gen.Int[0, 4].Array[0, 3], Gen.OneOf(Gen.Const(ScalarType.Float32), Gen.Const(ScalarType.Int64), Gen.Const(ScalarType.Byte), Gen.Const(ScalarType.BFloat16))).Sample((shape, type) =>
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(folder, "x.safetensors");
        var value = (rand([.. shape.Select(size => (long)size)]) * 100).to(type);
        Safetensors.Write(path, new Dictionary<string, Tensor> { ["a"] = value, ["b.c"] = ones(2) });
        var read = Safetensors.Read(path);
        return read.Count == 2 && read["a"].dtype == type && read["a"].shape.SequenceEqual(value.shape) && read["a"].Equals(value);
    }, iter: 40, threads: 1);

    [Test]
    public void A_truncated_file_is_named_with_the_tensor()
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(folder, "x.safetensors");
        Safetensors.Write(path, new Dictionary<string, Tensor> { ["a"] = ones(100) });
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^8]);

        Assert.That(() => Safetensors.Read(path), Throws.InstanceOf<ExperimentException>().With.Message.Contains(path).And.Message.Contains("tensor 'a' needs 400 bytes"));
    }

    [Test]
    public void A_file_of_another_kind_is_refused_by_its_header()
    {
        var path = Path.Combine(folder, "x.safetensors");
        File.WriteAllText(path, "this is not a weights file at all");

        Assert.That(() => Safetensors.Read(path), Throws.InstanceOf<ExperimentException>().With.Message.Contains("not a safetensors file"));
    }

    [Test]
    public void Weights_that_do_not_fit_are_named_in_groups()
    {
        using var scope = NewDisposeScope();
        using var network = nn.Linear(3, 2);
        var weights = new Dictionary<string, Tensor> { ["weight"] = ones(2, 4), ["extra"] = ones(1) };

        Assert.That(() => StateDictionary.Load(network, weights, "file"), Throws.InstanceOf<ExperimentException>()
            .With.Message.Contains("1 missing (bias)").And.Message.Contains("1 unexpected (extra)").And.Message.Contains("1 of another shape (weight [2, 4] instead of [2, 3])"));
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    [TestCase(float.NegativeInfinity)]
    public void A_tensor_that_is_not_finite_is_named_with_its_file(float value)
    {
        using var scope = NewDisposeScope();
        using var network = nn.Linear(3, 2);
        var path = Path.Combine(folder, "x.safetensors");
        Safetensors.Write(path, new Dictionary<string, Tensor> { ["linear.weight"] = ones(2, 3), ["linear.bias"] = tensor([0f, value]) });
        using var file = WeightFile.Open(path);

        Assert.That(() => StateDictionary.Load(network, file.Tensors, file.Path, key => key["linear.".Length..]), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith($"{path}: tensor 'linear.bias' holds NaN or infinity"));
    }

    [Test]
    public void Finite_numbers_whose_sum_is_not_are_loaded()
    {
        using var scope = NewDisposeScope();
        using var network = nn.Linear(2, 1);
        StateDictionary.Load(network, new Dictionary<string, Tensor> { ["weight"] = full(1, 2, 3e38f), ["bias"] = zeros(1) }, "file");

        Assert.That(network.weight!.ToFloats(), Is.All.EqualTo(3e38f));
    }

    [Test]
    public void A_number_that_the_network_cannot_hold_is_not_finite_either()
    {
        using var scope = NewDisposeScope();
        using var network = nn.Linear(1, 1);

        Assert.That(() => StateDictionary.Load(network, new Dictionary<string, Tensor> { ["weight"] = full(1, 1, 1e300, dtype: ScalarType.Float64), ["bias"] = zeros(1) }, "file"),
            Throws.InstanceOf<ExperimentException>().With.Message.StartsWith("file: tensor 'weight' holds NaN or infinity"));
    }

    [Test]
    public void A_missing_published_file_says_where_to_get_it_and_where_to_put_it()
    {
        var file = new PublishedWeights("ViT.pt", "https://example.org/ViT.pt", "abc");
        var context = new ModuleContext { Device = CPU, CacheFolder = folder, WeightsFolder = folder };

        Assert.That(() => file.Locate(context), Throws.InstanceOf<ExperimentException>().With.Message.Contains($"ViT.pt does not exist in {folder}").And.Message.Contains("https://example.org/ViT.pt (SHA-256 abc)"));
        Assert.That(() => file.Locate(context with { WeightsFolder = null }), Throws.InstanceOf<ExperimentException>().With.Message.Contains("--weights"));
    }
}
