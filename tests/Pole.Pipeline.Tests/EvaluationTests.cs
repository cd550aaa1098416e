using CsCheck;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Evaluation.Metrics;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

public sealed class EvaluationTests
{
    private const int Side = 12;

    [Test]
    public void A_sweep_is_the_evaluation_at_each_of_its_thresholds() =>
        Gen.Select(Gen.Int[0, 4].Array[Side * Side], Gen.Int[0, 20].Array[2 * Side * Side]).Sample((truths, scores) =>
        {
            using var scope = NewDisposeScope();
            // Scores on the grid itself: a tie with the threshold is background.
            var (truth, cams) = (Map(truths.Select(label => label == 4 ? LabelMap.Ignored : label)), scores.Select(score => score / 20f).ToArray());
            double[] thresholds = [0, 0.05, 0.3, 0.5, 0.95];
            var sweep = new ThresholdSweep(4, thresholds);
            sweep.Add(truth, cams, [0, 2]);

            return sweep.Results().All(result =>
            {
                var confusion = new ConfusionMatrix(4);
                confusion.Add(truth, CamLabels.FromCams(tensor(cams, [2, Side, Side]), [0, 2], result.Threshold));
                return Enumerable.Range(0, 16).All(cell => confusion[cell / 4, cell % 4] == result.Confusion[cell / 4, cell % 4]);
            });
        }, iter: 50, threads: 1);

    [Test]
    public void Precision_and_recall_count_what_is_right_of_what_is_said_and_of_what_is_there()
    {
        var confusion = new ConfusionMatrix(3);
        confusion.Add(0, 0, 5);
        confusion.Add(0, 1, 1);
        confusion.Add(1, 1, 3);
        confusion.Add(1, 0, 2);

        Assert.That(confusion.Precision(), Is.EqualTo(new[] { 5 / 7.0, 3 / 4.0, double.NaN }));
        Assert.That(confusion.Recall(), Is.EqualTo(new[] { 5 / 6.0, 3 / 5.0, double.NaN }));
        Assert.That(confusion.MeanForegroundIntersectionOverUnion(), Is.EqualTo(0.5));
    }

    [TestCase(0, 1.0)]
    [TestCase(1, 1.0)]
    [TestCase(5, 0.0)]
    public void Boundaries_within_the_tolerance_are_met(int shift, double expected)
    {
        var score = new BoundaryScore(2, tolerance: 1 / (Side * Math.Sqrt(2)));
        score.Add(Map(Enumerable.Range(0, Side * Side).Select(pixel => pixel % Side < 3 ? 1 : 0)), Map(Enumerable.Range(0, Side * Side).Select(pixel => pixel % Side < 3 + shift ? 1 : 0)));

        Assert.That(score.F(), Is.All.EqualTo(expected));
    }

    [Test]
    public void Ignored_pixels_have_no_boundary()
    {
        var score = new BoundaryScore(2);
        score.Add(Map(Enumerable.Range(0, Side * Side).Select(pixel => pixel % Side < 6 ? 1 : LabelMap.Ignored)), Map(Enumerable.Range(0, Side * Side).Select(pixel => pixel % Side < 6 ? 1 : 0)));

        Assert.That(score.F(), Is.All.NaN);
    }

    [Test]
    public void Maps_of_two_sizes_are_named_by_whatever_compares_them()
    {
        var (truth, prediction) = (new LabelMap(2, 3, new byte[6]) { Source = "truth/a.png" }, new LabelMap(3, 2, new byte[6]) { Source = "masks/a.png" });
        Action[] comparisons = [() => new ConfusionMatrix(2).Add(truth, prediction), () => new BoundaryScore(2).Add(truth, prediction)];

        foreach (var compare in comparisons)
            Assert.That(() => compare(), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo("truth/a.png is 2×3, masks/a.png is 3×2; a label map has the size of its image"));
        Assert.That(() => new ThresholdSweep(2, [0]).Add(truth, new float[4], [0]), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith("truth/a.png is 2×3"));
    }

    [TestCase(4, 0, "truth")]
    [TestCase(0, 4, "masks")]
    [TestCase(0, 255, "masks")]
    public void A_label_that_does_not_exist_is_named_with_the_file_that_has_it(byte actual, byte guess, string folder)
    {
        var (truth, prediction) = (new LabelMap(2, 1, [0, actual]) { Source = "truth/a.png" }, new LabelMap(2, 1, [0, guess]) { Source = "masks/a.png" });

        Assert.That(() => new ConfusionMatrix(4).Add(truth, prediction), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo($"{folder}/a.png: pixel (1, 0) has label {Math.Max(actual, guess)}, the labels are 0…3"));
    }

    [Test]
    public void A_metric_of_many_images_is_read_off_the_sums_of_their_counts() =>
        Gen.Select(Gen.Int[0, 4].Array[3 * Side * Side], Gen.Int[0, 3].Array[3 * Side * Side]).Sample((truths, predictions) =>
        {
            var images = Enumerable.Range(0, 3).Select(image => (Truth: Map(Part(truths, image).Select(label => label == 4 ? LabelMap.Ignored : label)), Prediction: Map(Part(predictions, image)))).ToList();
            var (confusion, boundaries) = (new ConfusionMatrix(4), new BoundaryScore(4));
            foreach (var (truth, prediction) in images)
            {
                confusion.Add(truth, prediction);
                boundaries.Add(truth, prediction);
            }

            double Value(IModuleOptions<Metric, IReadOnlyList<string>> options)
            {
                var metric = options.Create(["background", "a", "b", "c"], ModuleContext.None);
                return metric.Value([.. images.Select(image => metric.Count(image.Truth, image.Prediction)).Aggregate((sum, next) => [.. sum.Zip(next, (one, other) => one + other)])]);
            }

            return Same(Value(new PrecisionOptions()), Mean(confusion.Precision())) && Same(Value(new RecallOptions()), Mean(confusion.Recall())) && Same(Value(new BoundaryFOptions()), boundaries.Mean());
        }, iter: 30, threads: 1);

    [Test]
    public void A_metric_of_nothing_is_not_a_number()
    {
        var metric = new PrecisionOptions().Create(["background", "a"], ModuleContext.None);
        var ignored = Map(Enumerable.Repeat((int)LabelMap.Ignored, Side * Side));

        Assert.That(metric.Value(metric.Count(ignored, Map(new int[Side * Side]))), Is.NaN);
    }

    private static IEnumerable<int> Part(int[] values, int image) => values.Skip(image * Side * Side).Take(Side * Side);

    private static double Mean(IEnumerable<double> values) => values.Where(value => !double.IsNaN(value)).Average();

    private static bool Same(double one, double other) => Math.Abs(one - other) < 1e-12;

    private static LabelMap Map(IEnumerable<int> labels) => new(Side, Side, [.. labels.Select(label => (byte)label)]);
}
