using Pole.Data.Imaging;
using Pole.Pipeline.Refinement;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Golden.Tests;

[Category("Golden")]
public sealed class DenseCrfParityTests
{
    private static readonly DenseCrfOptions Probabilities = new() { BilateralPositionDeviation = 80, BilateralColourDeviation = 13 };

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
                var settings = new Dictionary<string, Func<float[]>>
                {
                    ["q_labels"] = () => DenseCrf.FromLabels(image, labels, count, new DenseCrfOptions()),
                    ["q_prob"] = () => DenseCrf.FromProbabilities(image, probabilities, count, Probabilities),
                    ["q_prob_t5_scale2"] = () => DenseCrf.FromProbabilities(image, probabilities, count, Probabilities with { Iterations = 5, PositionDeviation = 1.5, BilateralPositionDeviation = 40 }),
                    ["q_prob_deeplab"] = () => DenseCrf.FromProbabilities(image, probabilities, count, DenseCrfOptions.DeepLab),
                    ["q_prob_gaussian_only_1"] = () => DenseCrf.FromProbabilities(image, probabilities, count, Probabilities with { Iterations = 1, BilateralWeight = 0 }),
                    ["q_prob_bilateral_only_1"] = () => DenseCrf.FromProbabilities(image, probabilities, count, Probabilities with { Iterations = 1, PositionWeight = 0 }),
                    ["q_prob_both_0"] = () => DenseCrf.FromProbabilities(image, probabilities, count, Probabilities with { Iterations = 0 }),
                    ["q_prob_both_1"] = () => DenseCrf.FromProbabilities(image, probabilities, count, Probabilities with { Iterations = 1 }),
                };
                foreach (var (name, infer) in settings.Where(setting => io.ContainsKey($"{index}.{setting.Key}")))
                    AssertMarginals(golden, infer(), io[$"{index}.{name}"], count, name.EndsWith("_1", StringComparison.Ordinal) || name.EndsWith("_0", StringComparison.Ordinal), $"{index}.{name}");
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
            Assert.That(labels.Labels.Zip(reference).Count(pair => pair.First == pair.Second), Is.GreaterThanOrEqualTo(0.995 * reference.Length), key);
        }
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
}
