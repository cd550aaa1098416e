using Pole.Pipeline.Evaluation;
using static TorchSharp.torch;

namespace Pole.Golden.Tests;

[Category("Golden")]
public sealed class EvaluationParityTests
{
    private static IEnumerable<TestCaseData> Cases => GoldenCase.OfTopic("eval");

    [TestCaseSource(nameof(Cases))]
    public void Confusion_IoU_and_mIoU_match_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var io = golden.Tensors();
        foreach (var entry in golden["cases"].EnumerateObject())
        {
            var expected = io[$"{entry.Name}.confusion"];
            var confusion = new ConfusionMatrix((int)expected.shape[0]);
            for (var image = 0; image < entry.Value.GetProperty("images").GetInt32(); image++)
                confusion.Add(Map(io[$"{entry.Name}.gt{image}"]), Map(io[$"{entry.Name}.pred{image}"]));

            var counts = Enumerable.Range(0, confusion.Labels).SelectMany(row => Enumerable.Range(0, confusion.Labels).Select(column => confusion[row, column]));
            Assert.That(counts, Is.EqualTo(expected.to(ScalarType.Int64).data<long>().ToArray()));
            Assert.That(confusion.IntersectionOverUnion().Select(iou => double.IsNaN(iou) ? -1 : iou),
                Is.EqualTo(io[$"{entry.Name}.iou_nan_as_minus1"].to(ScalarType.Float64).data<double>().ToArray()).Within(1e-6));
            Assert.That(confusion.MeanIntersectionOverUnion(), Is.EqualTo(entry.Value.GetProperty("miou").GetDouble()).Within(1e-6));
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void CAMs_become_the_reference_label_maps_at_every_threshold(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var io = golden.Tensors();
        var classes = io["cam.keys"].to(ScalarType.Int64).data<long>().Select(key => (int)key).ToList();
        foreach (var threshold in golden["thresholds"].EnumerateArray())
        {
            var key = $"cam.pred_{threshold.GetRawText()}";
            var labels = CamLabels.FromCams(io["cam.high_res"], classes, threshold.GetDouble());

            Assert.That(labels.Labels, Is.EqualTo(Map(io[key]).Labels), key);
        }
    }

    private static LabelMap Map(Tensor labels) =>
        new((int)labels.shape[1], (int)labels.shape[0], [.. labels.to(ScalarType.Int64).data<long>().Select(label => (byte)label)]);
}
