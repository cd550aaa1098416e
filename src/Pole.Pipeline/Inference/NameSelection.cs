using Pole.Pipeline.Training;
using Pole.Zoo.Prompts;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference;

/// <summary>Chooses among the names of each class for an image, with every prompt encoded once (POLE).</summary>
public sealed class NameSelection : IDisposable
{
    private readonly IReadOnlyList<string> classes;
    private readonly IReadOnlyList<IReadOnlyList<string>> names;
    private readonly IReadOnlyList<Tensor> prompts;

    public NameSelection(ClipModel clip, PromptOptions options, IReadOnlyList<string> classes, Device device)
    {
        this.classes = classes;
        names = [.. classes.Select(name => options.Corpus.Take(name, options.Synonyms))];
        prompts = [.. names.Select(list =>
        {
            using var encoded = PromptEncoder.Encode(clip, options.Template, list, device);
            return encoded.cpu().DetachFromDisposeScope();
        })];
    }

    /// <param name="features">CLIP embeddings of image × CAM, <c>[n, D]</c> on the CPU, one per present class.</param>
    public IEnumerable<PromptChoice> Choose(string image, Tensor features, IReadOnlyList<int> present)
    {
        for (var map = 0; map < present.Count; map++)
        {
            using var scope = NewDisposeScope();
            var scores = PromptSelection.Similarity(features[TensorIndex.Slice(map, map + 1)], prompts[present[map]])[0];
            var best = (int)scores.argmax().item<long>();
            yield return new PromptChoice(image, present[map], classes[present[map]], best, names[present[map]][best], names[present[map]], [.. scores.ToFloats().Select(score => Math.Round((double)score, 6))]);
        }
    }

    public void Dispose()
    {
        foreach (var tensor in prompts) tensor.Dispose();
    }
}
