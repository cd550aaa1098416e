using System.Text.Json;
using System.Text.RegularExpressions;
using Pole.Data.Imaging;
using Pole.Pipeline.Refinement;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Golden.Tests;

[Category("Golden")]
public sealed partial class DenseCrfParityTests
{
    private static IEnumerable<TestCaseData> Cases => GoldenCase.OfTopic("densecrf");

    private static IEnumerable<TestCaseData> LabelCases => GoldenCase.OfTopic("ir_label");

    [TestCaseSource(nameof(Cases))]
    public void Marginals_match_the_reference_lattice(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var io = golden.Tensors();
        Assert.Multiple(() =>
        {
            foreach (var entry in golden["cases"].EnumerateArray())
            {
                var (index, count) = (entry.GetProperty("index").GetInt32(), entry.GetProperty("n_labels").GetInt32());
                var image = ImageCodec.ReadRgb(Path.Combine(golden.Folder, $"image{index}.png"));
                var labels = io[$"{index}.labels"].data<long>().Select(label => (byte)label).ToArray();
                var probabilities = io[$"{index}.probabilities"].data<float>().ToArray();
                foreach (var (key, expected) in io.Where(tensor => tensor.Key.StartsWith($"{index}.q_", StringComparison.Ordinal)))
                {
                    var (options, isOfLabels) = Settings(golden["parameters"], key.Split('.')[1]);
                    var marginals = isOfLabels ? DenseCrf.FromLabels(image, labels, count, options) : DenseCrf.FromProbabilities(image, probabilities, count, options);
                    AssertMarginals(golden, marginals, expected, count, options.Iterations <= 1, key);
                }
            }
        });
    }

    [TestCaseSource(nameof(LabelCases))]
    public void Confident_labels_match_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var io = golden.Tensors();
        foreach (var (key, expected) in io.Where(entry => entry.Key.Contains(".label_fg", StringComparison.Ordinal)))
        {
            var index = key.Split('.')[0];
            var thresholds = key[(key.IndexOf("_fg", StringComparison.Ordinal) + 3)..].Split("_bg").Select(value => double.Parse(value, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
            var image = ImageCodec.ReadRgb(Path.Combine(golden.Folder, $"image{index}.png"));
            var classes = io[$"{index}.keys"].to(ScalarType.Int64).data<long>().Select(value => (int)value).ToList();
            var labels = ConfidentLabels.Find(image, io[$"{index}.high_res"].data<float>().ToArray(), classes, thresholds[0], thresholds[1], new DenseCrfOptions());

            var reference = expected.to(ScalarType.Int64).data<long>().Select(label => (byte)label).ToArray();
            Assert.That(labels.Labels.Zip(reference).Count(pair => pair.First == pair.Second), Is.GreaterThanOrEqualTo(golden.EqualShare("lattice_port") * reference.Length), key);
        }
    }

    /// <summary>The parameters that a case gives for a result; "q_prob_KERNELS_N" has those of q_prob with one kernel or both and N iterations.</summary>
    private static (DenseCrfOptions Options, bool IsOfLabels) Settings(JsonElement parameters, string name)
    {
        if (!parameters.TryGetProperty(name, out var given))
        {
            var step = Step().Match(name);
            Assert.That(step.Success, $"{name} has parameters");
            var (all, isOfLabels) = Settings(parameters, step.Groups[1].Value);
            return (all with
            {
                Iterations = int.Parse(step.Groups[3].Value),
                BilateralWeight = step.Groups[2].Value == "gaussian_only" ? 0 : all.BilateralWeight,
                PositionWeight = step.Groups[2].Value == "bilateral_only" ? 0 : all.PositionWeight,
            }, isOfLabels);
        }

        var (gaussian, bilateral) = (given.GetProperty("gaussian"), given.GetProperty("bilateral"));
        return (new DenseCrfOptions
        {
            Iterations = given.GetProperty("iterations").GetInt32(),
            PositionDeviation = gaussian.GetProperty("sxy").GetDouble(),
            PositionWeight = gaussian.GetProperty("compat").GetDouble(),
            BilateralPositionDeviation = bilateral.GetProperty("sxy").GetDouble(),
            BilateralColourDeviation = bilateral.GetProperty("srgb").GetDouble(),
            BilateralWeight = bilateral.GetProperty("compat").GetDouble(),
            LabelConfidence = given.TryGetProperty("gt_prob", out var confidence) ? confidence.GetDouble() : new DenseCrfOptions().LabelConfidence,
        }, given.TryGetProperty("gt_prob", out _));
    }

    private static void AssertMarginals(GoldenCase golden, float[] marginals, Tensor expected, int count, bool isOneIteration, string what)
    {
        var reference = expected.permute(1, 2, 0).contiguous().data<float>().ToArray();
        var tolerance = golden["tolerance"].GetProperty("lattice_port");
        var differences = marginals.Zip(reference, (one, other) => Math.Abs(one - other)).ToList();
        if (isOneIteration)
        {
            Assert.That(differences.Max(), Is.LessThanOrEqualTo(tolerance.GetProperty("one_iteration").GetProperty("q_max_abs").GetDouble()), what);
            return;
        }

        var ten = tolerance.GetProperty("ten_iterations");
        var equal = DenseCrf.Labels(marginals, count).Zip(DenseCrf.Labels(reference, count)).Count(pair => pair.First == pair.Second) / (double)(reference.Length / count);
        Assert.That(differences.Average(), Is.LessThanOrEqualTo(ten.GetProperty("q_mean_abs").GetDouble()), what);
        Assert.That(equal, Is.GreaterThanOrEqualTo(ten.GetProperty("argmax_equal").GetDouble()), what);
    }

    [GeneratedRegex("^(q_[a-z]+)_(gaussian_only|bilateral_only|both)_([0-9]+)$")]
    private static partial Regex Step();
}
