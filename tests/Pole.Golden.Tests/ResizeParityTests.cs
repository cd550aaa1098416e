using System.Text.RegularExpressions;
using Pole.Data.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Golden.Tests;

[Category("Golden")]
public sealed partial class ResizeParityTests
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
            var size = (int)bytes[$"{name}.uint8"].shape[0];
            AssertNearlyAllEqual(golden, ClipPreprocessing.ResizeAndCrop(image, size).Pixels, bytes[$"{name}.uint8"], name);

            var key = io.Keys.Single(entry => entry.StartsWith($"{name}.tensor_every_", StringComparison.Ordinal));
            var step = int.Parse(new string([.. key.Split('_')[^1].TakeWhile(char.IsAsciiDigit)]));
            var sampled = ClipPreprocessing.Apply(image, size, PixelNormalisation.Clip)[TensorIndex.Colon, TensorIndex.Slice(step: step), TensorIndex.Slice(step: step)];
            golden.AssertClose(sampled, io[key], key[(name.Length + 1)..], name);
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Rescaling_images_and_labels_gives_the_reference_bytes(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var bytes = golden.Tensors("uint8.safetensors");
        var image = ImageCodec.ReadRgb(Path.Combine(golden.Folder, $"{RescaledImage().Match(golden["meaning"].GetProperty("uint8.safetensors").GetString()!).Groups[1].Value}.png"));
        foreach (var (key, expected) in bytes.Where(entry => entry.Key.StartsWith("pil_rescale_bicubic_", StringComparison.Ordinal)))
        {
            var rescaled = PilResize.Rescale(image, Factor(key));
            Assert.That((rescaled.Height, rescaled.Width), Is.EqualTo(((int)expected.shape[0], (int)expected.shape[1])), key);
            AssertNearlyAllEqual(golden, rescaled.Pixels, expected, key);
        }

        var label = bytes["label.uint8"];
        var map = new LabelMap((int)label.shape[1], (int)label.shape[0], label.data<byte>().ToArray());
        foreach (var (key, expected) in bytes.Where(entry => entry.Key.StartsWith("pil_rescale_nearest_", StringComparison.Ordinal)))
            Assert.That(PilResize.Rescale(map, Factor(key)).Labels, Is.EqualTo(expected.data<byte>().ToArray()), key);
    }

    private static double Factor(string key) => double.Parse(key.Split('_')[^1].Replace(".uint8", ""), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The case's tolerance in words: "max difference 1, at least 99 % exactly equal".</summary>
    private static void AssertNearlyAllEqual(GoldenCase golden, byte[] actual, Tensor expected, string what)
    {
        var differences = actual.Zip(expected.data<byte>(), (one, other) => Math.Abs(one - other)).ToList();
        Assert.That(differences, Has.Count.EqualTo((int)expected.numel()), what);
        Assert.That(differences.Max(), Is.LessThanOrEqualTo(int.Parse(MaximumDifference().Match(golden["tolerance"].GetProperty("uint8").GetString()!).Groups[1].Value)), what);
        Assert.That(differences.Count(difference => difference == 0), Is.GreaterThanOrEqualTo(golden.EqualShare("uint8") * differences.Count), what);
    }

    [GeneratedRegex(@"pil_rescale_\* of (\w+)")]
    private static partial Regex RescaledImage();

    [GeneratedRegex("max difference ([0-9]+)")]
    private static partial Regex MaximumDifference();
}
