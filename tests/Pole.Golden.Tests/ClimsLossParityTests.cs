using System.Text.Json;
using Pole.Zoo.Adaptors;
using Pole.Zoo.Clims;
using Pole.Zoo.Clip;
using static TorchSharp.torch;

namespace Pole.Golden.Tests;

[Category("Golden")]
public sealed class ClimsLossParityTests
{
    private static IEnumerable<TestCaseData> Cases => GoldenCase.OfTopic("clims_losses");

    [TestCaseSource(nameof(Cases))]
    public void Similarity_losses_and_their_gradients_match_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var io = golden.Tensors("elementary.safetensors");
        foreach (var entry in golden["elementary"].GetProperty("values").EnumerateObject())
        {
            var parts = entry.Name.Split('_');
            var similarity = io["similarity"].clone().requires_grad_();
            var weights = parts[3] == "tensor" ? io["weights"] : null;
            var margin = double.Parse(parts[5], System.Globalization.CultureInfo.InvariantCulture);
            var loss = parts[1] == "max" ? SimilarityLosses.Maximise(similarity, weights, margin) : SimilarityLosses.Minimise(similarity, weights, margin);
            loss.backward();

            golden.AssertClose(loss, tensor(entry.Value.GetDouble()), "losses", entry.Name);
            golden.AssertClose(similarity.grad!, io[$"{entry.Name}_grad"], "losses", $"gradient of {entry.Name}");
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Foreground_and_background_of_each_pair_match_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var io = golden.Tensors("step.safetensors");
        var (foreground, background) = ClimsObjective.Split(io["cam"], io["image"], Pairs(golden), golden["step"].GetProperty("clip_input_size").GetInt32());

        golden.AssertClose(foreground, io["foreground"], "features", "foreground");
        golden.AssertClose(background, io["background"], "features", "background");
    }

    [TestCaseSource(nameof(Cases))]
    public void The_complete_loss_and_its_gradient_match_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var clip = ClipParityTests.Load(golden.Sibling("clip_vit", ""));
        var io = golden.Tensors("step.safetensors");
        var weights = golden["step"].GetProperty("weights");
        var pairs = Pairs(golden);
        using var off = new ResidualAdaptor(clip.EmbeddingSize, ratio: 0);
        var texts = clip.EncodeText(io["class_tokens"]).detach().index_select(0, tensor(pairs.Select(pair => (long)pair.Class).ToArray()));
        var backgrounds = clip.EncodeText(io["background_tokens"]).detach();

        foreach (var result in golden["step"].GetProperty("results").EnumerateObject())
        {
            var options = new ClimsLossOptions
            {
                Otm = weights.GetProperty("otm").GetDouble(), Btm = weights.GetProperty("btm").GetDouble(), Cbs = weights.GetProperty("cbs").GetDouble(),
                Reg = weights.GetProperty("reg").GetDouble(), BackgroundThreshold = result.Value.GetProperty("threshold").GetDouble(),
            };
            var cam = io["cam"].clone().requires_grad_();
            var terms = new ClimsObjective(clip, options, off, off).Compute(cam, io["image"], pairs, texts, backgrounds);
            terms.Total.backward();

            foreach (var (term, value) in new[] { ("otm", terms.Otm), ("btm", terms.Btm), ("cbs", terms.Cbs), ("reg", terms.Reg), ("total", terms.Total) })
                golden.AssertClose(value, tensor(result.Value.GetProperty(term).GetDouble()), "losses", $"{term} of {result.Name}");
            golden.AssertClose(cam.grad!, io[$"grad_cam_{result.Name}"], "grad_cam", $"gradient of {result.Name}");
        }
    }

    private static List<(int Image, int Class)> Pairs(GoldenCase golden) =>
        [.. golden["step"].GetProperty("pairs").EnumerateArray().Select(pair => (pair[0].GetInt32(), pair[1].GetInt32()))];
}
