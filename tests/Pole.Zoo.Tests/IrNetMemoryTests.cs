using Pole.Zoo.Affinity;
using Pole.Zoo.Backbones;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>What IRNet's backbone sees at once, which its memory grows with: two images of 2,000 × 1,500 at once took ResNet-50 to 2 GB.</summary>
public sealed class IrNetMemoryTests
{
    private const int Crop = 64;

    [TestCase(48, 64, 2)]
    [TestCase(48, 96, 1)]
    [TestCase(96, 48, 1)]
    public void An_image_larger_than_the_training_crop_and_its_mirror_image_are_seen_one_after_the_other(int height, int width, int atOnce)
    {
        var backbone = new Watched();
        using var network = new IrNet(backbone, 3, 3);
        network.eval();
        network.Affinities(rand(3, height, width), Crop);
        var side = Math.Max(Crop, Math.Max(height, width));

        Assert.That(backbone.Seen, Is.EqualTo(Enumerable.Repeat(new long[] { atOnce, 3, side, side }, 2 / atOnce)));
    }

    [Test]
    public void Seen_apart_or_together_an_image_has_the_same_edges()
    {
        using var scope = NewDisposeScope();
        using var network = new IrNet(new ResNet(4, [1, 1, 1, 1], 16, false), 3, 3);
        network.eval();
        var image = rand(3, 48, 96);

        // In a crop of its own size it is seen together with its mirror image.
        using var noGradient = no_grad();
        Assert.That(network.Edges(image, 95).allclose(network.Edges(image, 96), rtol: 0, atol: 1e-5));
    }

    /// <summary>Notes the sizes of what it is given.</summary>
    private sealed class Watched : Backbone, IStagedBackbone
    {
        private readonly ResNet inner = new(4, [1, 1, 1, 1], 16, false);

        public Watched() : base(nameof(Watched)) => register_module("inner", inner);

        public List<long[]> Seen { get; } = [];

        public override int OutputChannels => inner.OutputChannels;

        public override int Stride => inner.Stride;

        public IReadOnlyList<int> StageChannels => inner.StageChannels;

        public override Tensor forward(Tensor images) => inner.call(images);

        public IReadOnlyList<Tensor> Stages(Tensor images)
        {
            Seen.Add(images.shape);
            return inner.Stages(images);
        }
    }
}
