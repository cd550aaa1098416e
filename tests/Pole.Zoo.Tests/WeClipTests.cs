using Pole.Zoo.Clip;
using Pole.Zoo.Segmentation;
using Pole.Zoo.Segmentation.WeClip;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

public sealed class WeClipTests
{
    private const int Patch = 8, Width = 64, Blocks = 4, Labels = 4;

    private static readonly VitShape Small = new(Width, Patch, Blocks, 32, PixelNormalisation.ImageNet);

    [SetUp]
    public void Seed() => random.manual_seed(0);

    /// <summary>11 maps of a ViT-B, each 768 → 256 → 256; 1×1 convolution 2816 → 256; three blocks of width 256 (attention, two norms, an MLP of four times the width); 1×1 convolution to 21 labels.</summary>
    [Test]
    public void What_is_trained_at_the_published_width_has_the_published_shapes()
    {
        const long map = (768 * 256 + 256) + (256 * 256 + 256), fuse = 11 * 256 * 256 + 256;
        const long block = (256 * 768 + 768) + (256 * 256 + 256) + 2 * (2 * 256) + (256 * 1024 + 1024) + (1024 * 256 + 256), classifier = 256 * 21 + 21;
        using var scope = NewDisposeScope();
        // Of the tower only the width matters here, so that its positions and its embedding are few.
        using var network = new WeClipNetwork(new ClipTower(new VitShape(768, 16, 12, 32, PixelNormalisation.Clip), 8), new WeClipShape { Labels = 21, FeatureMaps = 11 }, [1], mirrored: false);

        Assert.That(network.ClassifierWeights.Sum(parameter => parameter.numel()), Is.EqualTo(11 * map + fuse + 3 * block + classifier).And.EqualTo(5_985_045));
        Assert.That(network.parameters().Where(parameter => parameter.requires_grad).Select(parameter => parameter.Handle), Is.EquivalentTo(network.ClassifierWeights.Select(parameter => parameter.Handle)));
        Assert.That(network.BackboneParameters, Is.Empty);
    }

    [Test]
    public void Parameters_have_the_names_of_the_published_code()
    {
        using var network = Network();
        var shapes = network.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.shape);

        Assert.That(shapes["decoder_fts_fuse.linears_modulelist.2.proj_2.weight"], Is.EqualTo(new long[] { 16, 16 }));
        Assert.That(shapes["decoder_fts_fuse.linear_fuse.weight"], Is.EqualTo(new long[] { 16, 48, 1, 1 }));
        Assert.That(shapes["decoder.transformer.resblocks.1.attn.in_proj_weight"], Is.EqualTo(new long[] { 48, 16 }));
        Assert.That(shapes["decoder.linear_pred.bias"], Is.EqualTo(new long[] { Labels }));
        Assert.That(shapes["encoder.visual.conv1.weight"], Is.EqualTo(new long[] { Width, 3, Patch, Patch }));
    }

    [TestCase(64, 40, 8, 5)]
    [TestCase(61, 33, 8, 5)]
    [TestCase(5, 8, 1, 1)]
    public void Logits_are_those_of_the_patches_that_cover_an_image(int height, int width, int rows, int columns)
    {
        using var scope = NewDisposeScope();
        using var network = Network();
        network.eval();

        Assert.That(network.Segment(rand(2, 3, height, width)).shape, Is.EqualTo(new long[] { 2, Labels, rows, columns }));
    }

    [Test]
    public void At_test_time_logits_are_averaged_over_scales_and_mirror_images()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = Network(scales: [1, 0.5], mirrored: true);
        using var plain = Network();
        plain.load_state_dict(network.state_dict());
        network.eval();
        plain.eval();
        var images = rand(1, 3, 64, 48);
        Tensor Resized(Tensor of, long height, long width) => nn.functional.interpolate(of, [height, width], mode: InterpolationMode.Bilinear, align_corners: false);
        // Half of 48 are three patches.
        Tensor Half(Tensor of) => Resized(plain.Segment(Resized(of, 32, 24)), 8, 6);
        var expected = (plain.Segment(images) + plain.Segment(images.flip(3)).flip(3) + Half(images) + Resized(plain.Segment(Resized(images.flip(3), 32, 24)).flip(3), 8, 6)) / 4;

        Assert.That(network.Pyramid(images)[0].allclose(plain.Segment(images), atol: 1e-5));
        Assert.That(network.Segment(images).allclose(expected, rtol: 1e-4, atol: 1e-5));
        network.train();
        Assert.That(network.Pyramid(images), Has.Count.EqualTo(1));
    }

    [Test]
    public void The_tower_is_a_copy_whose_features_are_the_blocks_that_Grad_CAM_goes_through_before_the_last()
    {
        using var scope = NewDisposeScope();
        using var clip = new TinyClipOptions { ImageResolution = 32, PatchSize = Patch, VisionWidth = Width, TextWidth = 32 }.CreateUntrained(["a"]);
        using var tower = ClipTower.Of(clip);
        var image = rand(1, 3, 40, 64);
        var features = tower.Features(image, 2);
        using var opened = tower.Open(image, attentions: 2);
        using var original = ((ClipNetwork)clip).Open(image, attentions: 2);

        Assert.That(opened.BlockOutputs, Has.Count.EqualTo(Blocks - 1));
        Assert.That(features.Select(map => map.shape), Is.All.EqualTo(new long[] { 1, 40, Width }));
        foreach (var (map, kept) in features.Zip(opened.BlockOutputs.Skip(1))) Assert.That(map[0].allclose(kept, rtol: 1e-3, atol: 1e-4));
        Assert.That(opened.Features.allclose(original.Features, rtol: 1e-3, atol: 1e-4));
        Assert.That(tower.parameters().Any(parameter => parameter.requires_grad), Is.False);
        Assert.That(tower.Shape, Is.EqualTo(Small));
    }

    [Test]
    public void The_tower_of_a_CLIP_in_bfloat16_computes_in_32_bits()
    {
        using var scope = NewDisposeScope();
        using var clip = new TinyClipOptions { ImageResolution = 32, PatchSize = Patch, VisionWidth = Width, TextWidth = 32 }.CreateUntrained(["a"]);
        using var exact = ClipTower.Of(clip);
        clip.to(ScalarType.BFloat16);
        using var tower = ClipTower.Of(clip);
        var image = rand(1, 3, 32, 32);

        Assert.That(tower.Features(image, 1)[0].dtype, Is.EqualTo(ScalarType.Float32));
        Assert.That((tower.Features(image, 1)[0] - exact.Features(image, 1)[0]).abs().mean().item<float>(), Is.LessThan(0.02f * exact.Features(image, 1)[0].abs().max().item<float>()));
    }

    [Test]
    public void A_CLIP_without_a_ViT_has_no_tower()
    {
        using var clip = new TinyClipOptions { EmbeddingSize = 32 }.CreateUntrained(["a"]);

        Assert.That(() => ClipTower.Of(clip), Throws.InstanceOf<ExperimentException>().With.Message.Contains("take vit-b-16"));
    }

    [Test]
    public void The_loss_of_the_affinity_is_the_naive_one([Values(1, 2, 8)] int radius)
    {
        using var scope = NewDisposeScope();
        const int rows = 3, columns = 4, size = 4;
        var labels = Enumerable.Range(0, 2).Select(image => new LabelMap(columns * size, rows * size, [.. Enumerable.Range(0, rows * columns * size * size).Select(pixel => CellLabel(image, pixel / (columns * size) / size, pixel % (columns * size) / size))])).ToList();
        var affinities = FeatureAffinity.Of(randn(2, 3, rows, columns));
        var (values, same, different, sames, differents) = (affinities.ToFloats(), 0.0, 0.0, 0, 0);
        for (var image = 0; image < 2; image++)
        for (var one = 0; one < rows * columns; one++)
        for (var other = 0; other < rows * columns; other++)
        {
            var (first, second) = (CellLabel(image, one / columns, one % columns), CellLabel(image, other / columns, other % columns));
            if (first == LabelMap.Ignored || second == LabelMap.Ignored || Math.Abs(one / columns - other / columns) > radius || Math.Abs(one % columns - other % columns) > radius) continue;
            var affinity = values[(image * rows * columns + one) * rows * columns + other];
            if (first == second) (same, sames) = (same + 1 - affinity, sames + 1);
            else (different, differents) = (different + affinity, differents + 1);
        }

        Assert.That(differents, Is.Positive);
        Assert.That(FeatureAffinity.Loss(affinities, labels, rows, columns, radius).item<float>(), Is.EqualTo(0.5 * same / (sames + 1) + 0.5 * different / (differents + 1)).Within(1e-5));

        // Cells are of blocks of pixels, and one row of them is ignored.
        static byte CellLabel(int image, int row, int column) => row == 2 && image == 1 ? LabelMap.Ignored : (byte)((row + column + image) % 3);
    }

    [Test]
    public void The_affinity_is_the_sigmoid_of_the_products_of_features()
    {
        using var scope = NewDisposeScope();
        var features = randn(1, 5, 2, 3);
        var affinity = FeatureAffinity.Of(features);

        var product = (features[0, TensorIndex.Colon, 0, 2] * features[0, TensorIndex.Colon, 1, 1]).sum().item<float>();
        Assert.That(affinity[0, 2, 4].item<float>(), Is.EqualTo(1 / (1 + Math.Exp(-product))).Within(1e-5));
        Assert.That(affinity.shape, Is.EqualTo(new long[] { 1, 6, 6 }));
    }

    [Test]
    public void A_learnt_affinity_multiplies_the_mean_of_the_attentions_that_are_near_to_it()
    {
        using var scope = NewDisposeScope();
        var affinity = rand(4, 4);
        Tensor[] attentions = [rand(4, 4) + 1, rand(4, 4), rand(4, 4) + 2];
        var distances = attentions.Select(attention => (affinity - attention).sum().item<float>()).ToList();
        var near = attentions.Where((_, index) => distances[index] <= distances.Average()).ToList();

        Assert.That(near, Has.Count.InRange(1, 2));
        Assert.That(RefinedAttention.Of(attentions, affinity).allclose(near.Aggregate((sum, next) => sum + next) / near.Count * affinity, rtol: 1e-4, atol: 1e-5));
    }

    [Test]
    public void Given_masks_teach_the_decoder_and_leave_the_tower_as_it_was()
    {
        using var scope = NewDisposeScope();
        using var network = Network();
        network.train();
        var before = network.named_parameters().Single(entry => entry.name == "encoder.visual.conv1.weight").parameter.clone();
        var batch = new SegmentationBatch(rand(2, 3, 32, 32), [.. Enumerable.Range(0, 2).Select(_ => new LabelMap(32, 32, [.. Enumerable.Range(0, 32 * 32).Select(pixel => (byte)(pixel % 32 / 16))]))], SegmentationLoss.Balanced);
        using var optimizer = optim.AdamW(network.ClassifierWeights, 0.01);
        var losses = Enumerable.Range(0, 30).Select(_ =>
        {
            optimizer.zero_grad();
            var terms = network.Terms(batch);
            (terms[0].Value * terms[0].Weight + terms[1].Value * terms[1].Weight).backward();
            optimizer.step();
            return (Segmentation: terms[0].Value.item<float>(), Affinity: terms[1].Value.item<float>());
        }).ToList();

        Assert.That(network.Terms(batch).Select(term => (term.Name, term.Weight)), Is.EqualTo(new[] { ("segmentation", 1.0), ("affinity", 0.1) }));
        Assert.That(losses[^1].Segmentation, Is.LessThan(0.5 * losses[0].Segmentation));
        Assert.That(losses[^1].Affinity, Is.LessThan(losses[0].Affinity));
        Assert.That(network.named_parameters().Single(entry => entry.name == "encoder.visual.conv1.weight").parameter.Equals(before));
    }

    /// <summary>The cross entropy is that of the logits enlarged to the labels, not of labels made small.</summary>
    [Test]
    public void Cross_entropy_is_that_of_pixels()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = Network(dropout: 0);
        var images = rand(1, 3, 32, 32);
        var map = new LabelMap(32, 32, [.. Enumerable.Range(0, 32 * 32).Select(pixel => (byte)(pixel % 5 == 0 ? LabelMap.Ignored : pixel % Labels))]);
        var logits = nn.functional.interpolate(network.Segment(images), [32, 32], mode: InterpolationMode.Bilinear, align_corners: false);

        var loss = network.Terms(new SegmentationBatch(images, [map], SegmentationLoss.CrossEntropy))[0].Value.item<float>();

        Assert.That(loss, Is.EqualTo(nn.functional.cross_entropy(logits, tensor(map.Labels.Select(label => (long)label).ToArray(), [1, 32, 32]), ignore_index: 255).item<float>()).Within(1e-5));
    }

    private static WeClipNetwork Network(IReadOnlyList<double>? scales = null, bool mirrored = false, double dropout = 0.1) =>
        new(new ClipTower(Small, 32), new WeClipShape { Labels = Labels, FeatureMaps = 3, Width = 16, Layers = 2, Heads = 2, Dropout = dropout }, scales ?? [1], mirrored);
}
