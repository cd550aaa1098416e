using System.Text.Json;
using Pole.Zoo.Objective;
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
        var (foreground, background) = MaskedImages.Split(io["cam"], io["image"], Pairs(golden), golden["step"].GetProperty("clip_input_size").GetInt32());

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
        var texts = clip.EncodeText(io["class_tokens"]).detach().index_select(0, tensor(pairs.Select(pair => (long)pair.Class).ToArray()));
        var backgrounds = clip.EncodeText(io["background_tokens"]).detach();

        foreach (var result in golden["step"].GetProperty("results").EnumerateObject())
        {
            IModuleOptions<ObjectiveTerm>[] objective =
            [
                new OtmOptions { Weight = weights.GetProperty("otm").GetDouble() }, new BtmOptions { Weight = weights.GetProperty("btm").GetDouble() },
                new CbsOptions { Weight = weights.GetProperty("cbs").GetDouble(), Threshold = result.Value.GetProperty("threshold").GetDouble() }, new RegOptions { Weight = weights.GetProperty("reg").GetDouble() },
            ];
            var terms = objective.Select(options => (Name: ObjectiveOptions.NameOf(options), Term: options.Create(ModuleContext.None))).ToList();
            var cam = io["cam"].clone().requires_grad_();
            var batch = new JudgedBatch(terms.Aggregate(JudgedFeatures.None, (reads, term) => reads | term.Term.Reads), cam, io["image"], pairs, clip, () => texts, backgrounds);
            var values = terms.Select(term => (term.Name, term.Term.Weight, Value: term.Term.Compute(batch))).ToList();
            var total = values.Aggregate(zeros(1)[0], (sum, term) => sum + term.Value * term.Weight);
            total.backward();

            foreach (var (term, value) in values.Select(term => (term.Name, term.Value)).Append(("total", total)))
                golden.AssertClose(value, tensor(result.Value.GetProperty(term).GetDouble()), "losses", $"{term} of {result.Name}");
            golden.AssertClose(cam.grad!, io[$"grad_cam_{result.Name}"], "grad_cam", $"gradient of {result.Name}");
        }
    }

    private static List<(int Image, int Class)> Pairs(GoldenCase golden) =>
        [.. golden["step"].GetProperty("pairs").EnumerateArray().Select(pair => (pair[0].GetInt32(), pair[1].GetInt32()))];
}
