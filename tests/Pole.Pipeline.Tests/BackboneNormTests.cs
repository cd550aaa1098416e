using Pole.Pipeline.Training;
using Pole.Zoo.Backbones;
using Pole.Zoo.Cam;
using Pole.Zoo.Segmentation;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>A training says what the batch norms of its backbone do.</summary>
public sealed class BackboneNormTests
{
    [TestCase(null, true, true)]
    [TestCase(NormMode.Moving, true, true)]
    [TestCase(NormMode.FixedStatistics, false, true)]
    [TestCase(NormMode.Frozen, false, false)]
    public void Statistics_move_and_scales_learn_as_the_spec_says(NormMode? mode, bool moves, bool learns)
    {
        using var scope = NewDisposeScope();
        using var network = new ClassifierCamNetwork(new ResNet(4, [1, 1, 1, 1], 16, freezeStem: true), 3);

        var (moved, learned) = Step(network, network.Activations, mode);

        Assert.That(moved, Is.EqualTo(moves));
        Assert.That(learned, Is.EqualTo(learns));
    }

    [Test]
    public void Norms_of_a_segmentation_head_move_whatever_those_of_its_backbone_do()
    {
        using var scope = NewDisposeScope();
        using var network = new DeepLabV3Plus(new ResNet(4, [1, 1, 1, 1], 16, freezeStem: true), 3, [2], 8, 4);
        var head = network.named_buffers().Where(buffer => !buffer.name.StartsWith("backbone", StringComparison.Ordinal) && buffer.name.EndsWith("running_mean", StringComparison.Ordinal)).ToList();
        var before = head.Select(buffer => buffer.buffer.clone()).ToList();

        Step(network, images => network.Pyramid(images)[0], NormMode.Frozen);

        Assert.That(head.Zip(before).Select(pair => pair.First.buffer.Equals(pair.Second)), Has.All.False);
    }

    /// <summary>One step of a training.</summary>
    /// <returns>Whether any statistics of the backbone changed, and whether any scale of it did.</returns>
    private static (bool Moved, bool Learned) Step(nn.Module network, Func<Tensor, Tensor> compute, NormMode? mode)
    {
        var norms = network.modules().OfType<Backbone>().Single().modules().OfType<BatchNorm2d>().ToList();
        var (means, scales) = (norms.Select(norm => norm.running_mean!.clone()).ToList(), norms.Select(norm => norm.weight!.clone()).ToList());
        BackboneNorms.Freeze(network, mode);
        using var optimizer = optim.SGD(network.parameters().Where(parameter => parameter.requires_grad), 1, weight_decay: 0.1);
        BackboneNorms.Train(network, mode);
        compute(randn(2, 3, 64, 64)).square().mean().backward();
        optimizer.step();
        return (norms.Zip(means).Any(pair => !pair.First.running_mean!.Equals(pair.Second)), norms.Zip(scales).Any(pair => !pair.First.weight!.Equals(pair.Second)));
    }
}
