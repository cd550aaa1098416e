using Pole.Zoo.Backbones;
using Pole.Zoo.Segmentation;
using Pole.Zoo.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Golden.Tests;

[Category("Golden")]
public sealed class DeepLabParityTests
{
    private static IEnumerable<TestCaseData> Cases => GoldenCase.OfTopic("deeplab");

    [TestCaseSource(nameof(Cases))]
    public void Logits_at_one_scale_and_at_several_match_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var io = golden.Tensors();
        using var network = Build(golden);
        network.eval();
        foreach (var (key, expected) in io.Where(entry => entry.Key.StartsWith("logits_", StringComparison.Ordinal)))
        {
            var image = Image(golden, key["logits_".Length..]);
            golden.AssertClose(network.call(image), expected, "", key);
            golden.AssertClose(Scales(golden, network).Segment(image), io[key.Replace("logits_", "msc_max_")], "", $"maximum for {key}");
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void The_pyramid_its_loss_and_gradients_match_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var io = golden.Tensors();
        using var network = Build(golden);
        network.eval();
        var label = io.Single(entry => entry.Key.StartsWith("label_", StringComparison.Ordinal)).Value;
        var labels = label.dim() == 2 ? label.unsqueeze(0) : label;
        var (count, height, width) = ((int)labels.shape[0], (int)labels.shape[1], (int)labels.shape[2]);
        var pyramid = Scales(golden, network).Pyramid(Image(golden, $"{count}x3x{height}x{width}"));
        var loss = PyramidLoss.Compute(pyramid, [.. Enumerable.Range(0, count).Select(image => new LabelMap(width, height, [.. labels[image].to(ScalarType.Int64).contiguous().data<long>().Select(value => (byte)value)]))]);
        loss.backward();

        for (var level = 0; level < pyramid.Count; level++) golden.AssertClose(pyramid[level], io[$"msc_train_{level}"], "", $"level {level}");
        golden.AssertClose(loss, io["train_loss_sum"], "", "loss");
        foreach (var (key, expected) in io.Where(entry => entry.Key.StartsWith("train_grad.", StringComparison.Ordinal)))
        {
            var parameter = network.named_parameters().Single(entry => entry.name == Ours(key["train_grad.".Length..])).parameter;
            golden.AssertClose(parameter.grad!, expected, "grads", key);
        }
    }

    private static MultiScaleSegmenter Scales(GoldenCase golden, DeepLab network) => new(network, [.. golden["msc_scales"].EnumerateArray().Select(scale => scale.GetDouble())]);

    private static DeepLab Build(GoldenCase golden)
    {
        var backbone = new CaffeResNet(64, [.. golden["n_blocks"].EnumerateArray().Select(count => count.GetInt32())]);
        var network = new DeepLab(backbone, golden["n_classes"].GetInt32(), [.. golden["atrous_rates"].EnumerateArray().Select(rate => rate.GetInt32())]);
        StateDictionary.Load(network, FormulaTensors.OfCase(golden).ToDictionary(entry => Ours(entry.Key), entry => entry.Value), golden.Folder);
        return network;
    }

    private static string Ours(string name) => name.StartsWith("layer", StringComparison.Ordinal) ? $"backbone.{name}" : name;

    private static Tensor Image(GoldenCase golden, string size)
    {
        var sizes = size.Split('x').Select(int.Parse).ToArray();
        return FormulaTensors.Image(sizes[0], sizes[2], sizes[3], golden["S"].GetUInt32());
    }
}
