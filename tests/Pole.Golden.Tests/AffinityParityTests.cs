using Pole.Zoo.Affinity;
using Pole.Zoo.Backbones;
using Pole.Zoo.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Golden.Tests;

[Category("Golden")]
public sealed class AffinityParityTests
{
    private static IEnumerable<TestCaseData> NetworkCases => GoldenCase.OfTopic("irn_net");

    private static IEnumerable<TestCaseData> LossCases => GoldenCase.OfTopic("irn_loss");

    [TestCaseSource(nameof(NetworkCases))]
    public void Edges_and_displacements_match_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var io = golden.Tensors();
        using var network = new IrNet(new ResNet(64, [3, 4, 6, 3], 16, freezeStem: true), pairRadius: 10, walkRadius: 5);
        StateDictionary.Load(network, FormulaTensors.OfCase(golden), golden.Folder);
        network.eval();
        foreach (var (key, expected) in io.Where(entry => entry.Key.StartsWith("edge_", StringComparison.Ordinal)))
        {
            var size = key["edge_".Length..].Split('x').Select(int.Parse).ToArray();
            var (edges, displacements) = network.ComputeWithMirror(FormulaTensors.Image(1, size[0], size[1], golden["S"].GetUInt32())[0], golden["crop_size"].GetInt32());

            golden.AssertClose(edges, expected, "edge", key);
            golden.AssertClose(displacements, io[key.Replace("edge_", "displacement_")], "displacement", key);
        }

        foreach (var (key, expected) in io.Where(entry => entry.Key.StartsWith("net_edge_logits_", StringComparison.Ordinal)))
        {
            var size = key["net_edge_logits_".Length..].Split('x').Select(int.Parse).ToArray();
            var maps = network.Compute(FormulaTensors.Image(size[0], size[2], size[3], golden["S"].GetUInt32()));

            golden.AssertClose(maps.EdgeLogits, expected, "edge", key);
            golden.AssertClose(maps.Displacements, io[key.Replace("net_edge_logits_", "net_displacement_")], "displacement", key);
        }
    }

    [TestCaseSource(nameof(LossCases))]
    public void Labels_losses_and_gradients_match_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var io = golden.Tensors();
        foreach (var result in golden["results"].EnumerateObject())
        {
            var maps = io[$"{result.Name}.label_map"].to(ScalarType.Int64);
            var (height, width) = (result.Value.GetProperty("height").GetInt32(), result.Value.GetProperty("width").GetInt32());
            var grid = new PairGrid(height, width, result.Value.GetProperty("radius").GetInt32());
            var labels = AffinityLabels.Find([.. Enumerable.Range(0, (int)maps.shape[0]).Select(image => new LabelMap(width, height, [.. maps[image].contiguous().data<long>().Select(label => (byte)label)]))], grid);
            // A case with many sources stores the labels of every third one.
            var step = result.Value.GetProperty("label_sources_subsampled_by_3").GetBoolean() ? 3 : 1;
            foreach (var (key, value) in new[] { ("bg_pos_label", labels.Background), ("fg_pos_label", labels.Foreground), ("neg_label", labels.Negative) })
                Assert.That(value[TensorIndex.Ellipsis, TensorIndex.Slice(step: step)].Equals(io[$"{result.Name}.{key}"].to(ScalarType.Float32)), $"{key} of {result.Name}");

            using var loss = new AffinityLoss(grid, CPU);
            var (edge, displacement) = (io[$"{result.Name}.edge"].clone().requires_grad_(), io[$"{result.Name}.displacement"].clone().requires_grad_());
            var terms = loss.Compute(new AffinityMaps(edge, displacement), labels);
            terms.Total.backward();

            foreach (var (key, value) in new[] { ("total", terms.Total), ("bg_pos", terms.BackgroundPositive), ("fg_pos", terms.ForegroundPositive), ("neg", terms.Negative), ("dp_fg", terms.ForegroundDisplacement), ("dp_bg", terms.BackgroundDisplacement) })
                golden.AssertClose(value, tensor(result.Value.GetProperty(key).GetDouble()), "losses", $"{key} of {result.Name}");
            golden.AssertClose(edge.grad!, io[$"{result.Name}.grad_edge"], "grads", "gradient of the edges");
            golden.AssertClose(displacement.grad!, io[$"{result.Name}.grad_displacement"], "grads", "gradient of the displacements");
        }
    }
}
