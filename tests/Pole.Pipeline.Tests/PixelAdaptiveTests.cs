using CsCheck;
using Pole.Pipeline.Refinement;
using Pole.Pipeline.Refinement.Steps;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

public sealed class PixelAdaptiveTests
{
    private static readonly IReadOnlyList<int>[] Dilations = [[1], [1, 2, 4], [1, 2, 4, 8, 12, 24]];

    private static readonly ModuleContext Context = new() { Device = CPU, CacheFolder = "" };

    [Test]
    public void It_is_its_formula() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 9], Gen.Int[1, 6], Gen.Int[0, 2].Select(index => Dilations[index]), Gen.Int[1, 3], Gen.Select(Gen.Double[0.1, 2], Gen.Double[0, 1], Gen.Int[0, int.MaxValue])).Sample((width, height, count, dilations, iterations, rest) =>
        {
            var (scale, position, seed) = rest;
            var random = new Random(seed);
            var image = new RgbImage(width, height, [.. Enumerable.Range(0, width * height * 3).Select(_ => (byte)random.Next(256))]);
            var masks = Enumerable.Range(0, count * width * height).Select(_ => random.NextSingle()).ToArray();
            var options = new PixelAdaptiveOptions { Iterations = iterations, Dilations = dilations, ColourScale = scale, PositionWeight = position };

            return Largest(PixelAdaptiveRefinement.Refine(image, masks, count, options), NaivePixelAdaptive.Refine(image, masks, count, options)) < 1e-4;
        }, iter: 60);

    [Test]
    public void The_defaults_are_the_published_values()
    {
        var options = new PixelAdaptiveOptions();

        Assert.That((options.Iterations, options.ColourScale, options.PositionWeight), Is.EqualTo((20, 0.3, 0.01)));
        Assert.That(options.Dilations, Is.EqualTo(new[] { 1, 2, 4, 8, 12, 24 }));
    }

    [Test]
    public void Where_the_neighbours_have_one_colour_each_counts_the_same()
    {
        // A lone pixel in a plain image: the deviation of its neighbours is 0, and their difference to it is not.
        var image = new RgbImage(5, 5, [.. Enumerable.Range(0, 75).Select(value => (byte)(value / 3 == 12 ? 200 : 90))]);
        var mask = Enumerable.Range(0, 25).Select(pixel => pixel % 5 == 1 ? 1f : 0f).ToArray();

        var refined = PixelAdaptiveRefinement.Refine(image, mask, 1, new PixelAdaptiveOptions { Iterations = 1, Dilations = [1], PositionWeight = 0 });

        Assert.That(refined[12], Is.EqualTo(3 / 8f).Within(1e-6));
    }

    [Test]
    public void Each_iteration_raises_a_constant_mask_by_the_weight_of_the_position()
    {
        var image = Noise(30, 20);

        Assert.That(PixelAdaptiveRefinement.Refine(image, [.. Enumerable.Repeat(0.5f, 600)], 1, new PixelAdaptiveOptions()), Is.All.EqualTo(0.5f * MathF.Pow(1.01f, 20)).Within(1e-4));
    }

    [Test]
    public void Masks_are_refined_each_for_itself()
    {
        var (image, random) = (Noise(33, 21), new Random(1));
        var masks = Enumerable.Range(0, 7 * 33 * 21).Select(_ => random.NextSingle()).ToArray();

        var together = PixelAdaptiveRefinement.Refine(image, masks, 7, new PixelAdaptiveOptions());

        Assert.That(together, Is.EqualTo(masks.Chunk(33 * 21).SelectMany(mask => PixelAdaptiveRefinement.Refine(image, mask, 1, new PixelAdaptiveOptions()))));
    }

    [Test]
    public void Tensors_are_refined_as_arrays_are_and_none_is_left_over()
    {
        using var scope = NewDisposeScope();
        var masks = rand([3, 20, 30], device: CPU);
        var before = scope.DisposablesCount;

        var refined = PixelAdaptiveRefinement.Refine(Noise(30, 20), masks, new PixelAdaptiveOptions());

        Assert.That(scope.DisposablesCount - before, Is.EqualTo(1));
        Assert.That(refined.shape, Is.EqualTo(masks.shape));
        Assert.That(refined.data<float>().ToArray(), Is.EqualTo(PixelAdaptiveRefinement.Refine(Noise(30, 20), masks.data<float>().ToArray(), 3, new PixelAdaptiveOptions())));
    }

    [Test]
    public void Masks_of_another_size_are_an_error() =>
        Assert.That(() => PixelAdaptiveRefinement.Refine(Noise(30, 20), new float[100], 1, new PixelAdaptiveOptions()), Throws.ArgumentException.With.Message.StartsWith("100 values are not 1 masks of 30×20 pixels"));

    [Test]
    public void The_step_moves_an_edge_of_the_labels_to_the_edge_of_the_image()
    {
        var image = new RgbImage(24, 12, [.. Enumerable.Range(0, 24 * 12).SelectMany(pixel => Enumerable.Repeat((byte)(pixel % 24 < 12 ? 20 : 220), 3))]);
        var labels = new LabelMap(24, 12, [.. Enumerable.Range(0, 24 * 12).Select(pixel => (byte)(pixel % 24 < 9 ? 0 : 5))]);

        Assert.That(Refine(new PixelAdaptiveStepOptions(), image, labels, []).Labels, Is.EqualTo(Enumerable.Range(0, 24 * 12).Select(pixel => (byte)(pixel % 24 < 12 ? 0 : 5))));
    }

    [Test]
    public void With_a_background_power_the_scores_of_the_CAMs_are_refined_and_not_the_labels()
    {
        var (image, cams) = (Noise(16, 16), Enumerable.Range(0, 256).Select(pixel => pixel % 16 < 8 ? 0.9f : 0.1f).ToArray());
        var ignored = new LabelMap(16, 16, new byte[256]);

        var refined = Refine(new PixelAdaptiveStepOptions { BackgroundPower = 1, Iterations = 0 }, image, ignored, cams);

        Assert.That(refined.Labels, Is.EqualTo(Enumerable.Range(0, 256).Select(pixel => (byte)(pixel % 16 < 8 ? 4 : 0))));
    }

    private static LabelMap Refine(PixelAdaptiveStepOptions options, RgbImage image, LabelMap labels, float[] cams)
    {
        using var scope = NewDisposeScope();
        using var step = options.Create(new RefinementBase(null, 6), Context);
        var maps = cams.Length == 0 ? zeros([1, image.Height, image.Width], device: CPU) : tensor(cams, [1, image.Height, image.Width], device: CPU);
        return step.Refine([new RefinedImage("a", image, new FusedCam([3], maps, maps), labels)], CancellationToken.None)[0];
    }

    private static RgbImage Noise(int width, int height)
    {
        var random = new Random(0);
        return new RgbImage(width, height, [.. Enumerable.Range(0, width * height * 3).Select(_ => (byte)random.Next(256))]);
    }

    private static float Largest(float[] one, float[] other) => one.Zip(other, (left, right) => MathF.Abs(left - right)).Max();
}
