using Pole.Data.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Golden.Tests;

[Category("Golden")]
public sealed class ResizeParityTests
{
    private static IEnumerable<TestCaseData> Cases => GoldenCase.OfTopic("resize");

    [TestCaseSource(nameof(Cases))]
    public void CLIP_preprocessing_gives_the_reference_bytes_and_tensors(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var (bytes, io) = (golden.Tensors("uint8.safetensors"), golden.Tensors());
        foreach (var name in golden["images"].EnumerateObject().Select(entry => entry.Name))
        {
            var image = ImageCodec.ReadRgb(Path.Combine(golden.Folder, $"{name}.png"));
            AssertNearlyAllEqual(ClipPreprocessing.ResizeAndCrop(image, 224).Pixels, bytes[$"{name}.uint8"], name);

            var sampled = ClipPreprocessing.Apply(image, 224, PixelNormalisation.Clip)[TensorIndex.Colon, TensorIndex.Slice(step: 4), TensorIndex.Slice(step: 4)];
            golden.AssertClose(sampled, io[$"{name}.tensor_every_4th"], "tensor_every_4th", name);
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Rescaling_images_and_labels_gives_the_reference_bytes(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var bytes = golden.Tensors("uint8.safetensors");
        var image = ImageCodec.ReadRgb(Path.Combine(golden.Folder, "synthetic1.png"));
        foreach (var (key, expected) in bytes.Where(entry => entry.Key.StartsWith("pil_rescale_bicubic_", StringComparison.Ordinal)))
        {
            var rescaled = PilResize.Rescale(image, Factor(key));
            Assert.That((rescaled.Height, rescaled.Width), Is.EqualTo(((int)expected.shape[0], (int)expected.shape[1])), key);
            AssertNearlyAllEqual(rescaled.Pixels, expected, key);
        }

        var label = bytes["label.uint8"];
        var map = new LabelMap((int)label.shape[1], (int)label.shape[0], label.data<byte>().ToArray());
        foreach (var (key, expected) in bytes.Where(entry => entry.Key.StartsWith("pil_rescale_nearest_", StringComparison.Ordinal)))
            Assert.That(PilResize.Rescale(map, Factor(key)).Labels, Is.EqualTo(expected.data<byte>().ToArray()), key);
    }

    private static double Factor(string key) => double.Parse(key.Split('_')[^1].Replace(".uint8", ""), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The case's tolerance: at most 1 apart, at least 99 % equal.</summary>
    private static void AssertNearlyAllEqual(byte[] actual, Tensor expected, string what)
    {
        var differences = actual.Zip(expected.data<byte>(), (one, other) => Math.Abs(one - other)).ToList();
        Assert.That(differences, Has.Count.EqualTo((int)expected.numel()), what);
        Assert.That(differences.Max(), Is.LessThanOrEqualTo(1), what);
        Assert.That(differences.Count(difference => difference == 0), Is.GreaterThanOrEqualTo(0.99 * differences.Count), what);
    }
}
