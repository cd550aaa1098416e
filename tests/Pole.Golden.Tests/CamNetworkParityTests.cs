using Pole.Zoo.Backbones;
using Pole.Zoo.Cam;
using Pole.Zoo.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Golden.Tests;

[Category("Golden")]
public sealed class CamNetworkParityTests
{
    private static IEnumerable<TestCaseData> Cases => GoldenCase.OfTopic("clims_net");

    [TestCaseSource(nameof(Cases))]
    public void Maps_cams_and_logits_match_the_reference_in_evaluation_mode(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var io = golden.Tensors();
        foreach (var (key, stride, size) in io.Keys.Where(key => key.StartsWith("clims_stride", StringComparison.Ordinal)).Select(Parse).ToList())
        {
            using var network = Build(golden, stride);
            network.eval();
            var image = Image(golden, size);
            golden.AssertClose(network.Activations(image), io[key], "eval_maps", key);
            if (stride != 16) continue;

            var features = io.Keys.Single(name => name.StartsWith("feature_channels_", StringComparison.Ordinal) && name.EndsWith($"_{size}", StringComparison.Ordinal));
            var channels = features.Split('_')[2..4].Select(int.Parse).ToArray();
            golden.AssertClose(network.Backbone.call(image)[TensorIndex.Colon, TensorIndex.Slice(channels[0], channels[1])], io[features], "features_cams_logits", $"features {size}");
            golden.AssertClose(network.Logits(image), io[$"net_logits_{size}"], "features_cams_logits", $"logits {size}");
            golden.AssertClose(network.Maps(image).relu(), io[$"net_cam_maps_{size}"], "features_cams_logits", $"CAMs {size}");
            golden.AssertClose(network.CamWithMirror(image[0]), io[$"cam_flip_pair_{size}"], "features_cams_logits", $"CAM with mirror {size}");
            golden.AssertClose(network.Maps(stack([image[0], image[0].flip(-1)], 0)), io[$"cam_separate_{size}"], "features_cams_logits", $"separate maps {size}");
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Batch_norm_moves_in_the_frozen_stem_and_the_training_output_matches(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var io = golden.Tensors();
        using var network = Build(golden, 16);
        network.train();
        var output = network.Activations(Image(golden, FirstSize(golden)));
        var loss = Loss(output);
        loss.backward();

        golden.AssertClose(output, io["train_output"], "train_outputs", "output");
        golden.AssertClose(loss, io["train_loss"], "train_outputs", "loss");
        foreach (var (key, expected) in io.Where(entry => entry.Key.StartsWith("train_after.", StringComparison.Ordinal)))
            golden.AssertClose(Buffer(network, key["train_after.".Length..]), expected, "train_outputs", key);
        foreach (var name in golden["statistics"].GetProperty("grad_is_none").EnumerateArray())
            Assert.That(Parameter(network, name.GetString()!).grad is null, $"{name} is frozen");
        foreach (var (key, expected) in io.Where(entry => entry.Key.StartsWith("train_grad64.", StringComparison.Ordinal)))
            AssertGradient(golden, network, key["train_grad64.".Length..], expected, golden["tolerance"].GetProperty("train_grad64").GetProperty("relative_l2").GetDouble());
    }

    /// <summary>In double precision, as the reference: single precision is 0.0023 away on a Zen 5 with AVX2 kernels and below the case's 0.002 on others.</summary>
    [TestCaseSource(nameof(Cases))]
    public void Gradients_match_the_reference_in_evaluation_mode(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var io = golden.Tensors();
        using var network = Build(golden, 16);
        network.eval();
        network.to(ScalarType.Float64);
        Loss(network.Activations(Image(golden, FirstSize(golden)).to(ScalarType.Float64))).backward();

        foreach (var (key, expected) in io.Where(entry => entry.Key.StartsWith("eval_grad64.", StringComparison.Ordinal)))
            AssertGradient(golden, network, key["eval_grad64.".Length..], expected, golden["tolerance"].GetProperty("eval_grad64").GetProperty("relative_l2").GetDouble());
    }

    private static void AssertGradient(GoldenCase golden, ClassifierCamNetwork network, string key, Tensor expected, double relative)
    {
        var bracket = key.IndexOf('[');
        var gradient = Parameter(network, bracket < 0 ? key : key[..bracket]).grad!;
        if (bracket >= 0)
        {
            var rows = key[(bracket + 1)..^1].Split(':').Select(int.Parse).ToArray();
            gradient = gradient[TensorIndex.Slice(rows[0], rows[1])];
        }

        var distance = ((gradient - expected).norm() / expected.norm()).ToDouble();
        Assert.That(distance, Is.LessThanOrEqualTo(relative), $"gradient of {key} in {golden.Folder}");
    }

    private static Tensor Loss(Tensor output)
    {
        var weights = Enumerable.Range(0, (int)output.numel()).Select(i => (float)Math.Cos(0.31 * i)).ToArray();
        return (output * tensor(weights, output.shape)).mean();
    }

    private static ClassifierCamNetwork Build(GoldenCase golden, int stride)
    {
        var weights = FormulaTensors.OfCase(golden);
        var network = new ClassifierCamNetwork(new ResNet(64, [3, 4, 6, 3], stride, freezeStem: true), (int)weights["classifier.weight"].shape[0]);
        StateDictionary.Load(network, weights.ToDictionary(entry => entry.Key, entry => StoredTensor.Of(entry.Value)), golden.Folder, CamCheckpoint.FromClims);
        return network;
    }

    private static Tensor Parameter(ClassifierCamNetwork network, string published) => network.named_parameters().Single(entry => entry.name == CamCheckpoint.FromClims(published)).parameter;

    private static Tensor Buffer(ClassifierCamNetwork network, string published) => network.named_buffers().Single(entry => entry.name == CamCheckpoint.FromClims(published)).buffer;

    private static (string Key, int Stride, string Size) Parse(string key)
    {
        var parts = key.Split('_');
        return (key, int.Parse(parts[1]["stride".Length..]), parts[2]);
    }

    /// <summary>The first batch of the case, which gradients are given for.</summary>
    private static string FirstSize(GoldenCase golden) =>
        golden["statistics"].EnumerateObject().First(entry => entry.Name.StartsWith("stride16_", StringComparison.Ordinal)).Name["stride16_".Length..];

    private static Tensor Image(GoldenCase golden, string size)
    {
        var sizes = size.Split('x').Select(int.Parse).ToArray();
        return FormulaTensors.Image(sizes[0], sizes[2], sizes[3], golden["S"].GetUInt32());
    }
}
