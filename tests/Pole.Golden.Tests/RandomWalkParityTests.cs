using System.Text.Json;
using Pole.Pipeline.Refinement;
using Pole.Zoo.Affinity;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Golden.Tests;

[Category("Golden")]
public sealed class RandomWalkParityTests
{
    private static IEnumerable<TestCaseData> Cases => GoldenCase.OfTopic("random_walk");

    [TestCaseSource(nameof(Cases))]
    public void Pairs_and_their_paths_are_those_of_the_reference(GoldenCase golden)
    {
        foreach (var radius in golden["search_paths_by_radius"].EnumerateObject().Append(Small(golden)))
        {
            var offsets = PathOffsets.Within(int.Parse(radius.Name));
            var expected = radius.Value.EnumerateArray().SelectMany(group => group.EnumerateArray()).Select(path => string.Join(" ", path.EnumerateArray().Select(cell => $"{cell[0]},{cell[1]}")));

            Assert.That(offsets.Select(offset => string.Join(" ", offset.Path.Select(cell => $"{cell.Row},{cell.Column}"))), Is.EqualTo(expected), $"radius {radius.Name}");
        }

        foreach (var counts in golden.Description.EnumerateObject().Where(entry => entry.Name.StartsWith("radius", StringComparison.Ordinal) && entry.Name.EndsWith("_counts", StringComparison.Ordinal)))
            Assert.That(PathOffsets.Within(int.Parse(counts.Name["radius".Length..^"_counts".Length])).Select(offset => $"{offset.Row},{offset.Column}"), Is.EqualTo(counts.Value.GetProperty("search_dst").EnumerateArray().Select(cell => $"{cell[0]},{cell[1]}")), counts.Name);
    }

    [TestCaseSource(nameof(Cases))]
    public void The_walk_and_the_labels_match_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var io = golden.Tensors();
        foreach (var entry in golden["cases"].EnumerateArray())
        {
            var (index, height, width) = (entry.GetProperty("index").GetInt32(), entry.GetProperty("height").GetInt32(), entry.GetProperty("width").GetInt32());
            var cams = io[$"{index}.cam"];
            var walk = new RandomWalk(EdgeAffinities.Find(io[$"{index}.edge"].data<float>().ToArray(), height, width, entry.GetProperty("radius").GetInt32()), entry.GetProperty("beta").GetDouble());
            var maps = Enumerable.Range(0, (int)cams.shape[0]).Select(map => walk.Propagate(cams[map].contiguous().data<float>().ToArray(), 1 << entry.GetProperty("exp_times").GetInt32())).ToList();
            var walked = tensor(maps.SelectMany(map => map).ToArray(), [maps.Count, 1, height, width]);

            golden.AssertClose(walked, io[$"{index}.walk"], "walk", $"walk {index}");
            var size = entry.GetProperty("label_size").EnumerateArray().Select(side => side.GetInt32()).ToArray();
            var labels = WalkLabels.Find(walked.squeeze(1), [.. Enumerable.Range(0, maps.Count)], size[0], size[1], entry.GetProperty("background_threshold").GetDouble());
            var reference = io[$"{index}.label"].to(ScalarType.Int64).data<long>().Select(label => (byte)label).ToArray();
            Assert.That(labels.Labels.Zip(reference).Count(pair => pair.First != pair.Second), Is.LessThanOrEqualTo((1 - golden.EqualShare("label")) * reference.Length), $"labels {index}");
        }
    }

    private static JsonProperty Small(GoldenCase golden)
    {
        var small = golden["small"];
        using var document = JsonDocument.Parse($"{{\"{small.GetProperty("radius")}\":{small.GetProperty("search_paths").GetRawText()}}}");
        return document.RootElement.Clone().EnumerateObject().Single();
    }
}
