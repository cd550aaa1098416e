using Pole.Pipeline.Training;
using Pole.Zoo.Prompts;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference;

/// <summary>Scores the names of each class for an image × CAM, with every prompt encoded once (POLE).</summary>
public sealed class NameScores : IDisposable
{
    private readonly IReadOnlyList<string> classes;
    private readonly IReadOnlyList<IReadOnlyList<string>> names;
    private readonly IReadOnlyList<Tensor> prompts;

    /// <param name="template"><c>{}</c> stands for the name.</param>
    /// <param name="namesOf">Names of each class, the ground-truth name first.</param>
    public NameScores(ClipModel clip, string template, IReadOnlyDictionary<string, IReadOnlyList<string>> namesOf, IReadOnlyList<string> classes, Device device)
    {
        this.classes = classes;
        names = [.. classes.Select(name => namesOf[name])];
        using var scope = NewDisposeScope();
        prompts = [.. PromptEncoder.Encode(clip, template, [.. names.SelectMany(list => list)], device).cpu().split([.. names.Select(list => (long)list.Count)], 0).Select(rows => rows.DetachFromDisposeScope())];
    }

    /// <param name="features">CLIP embeddings of image × CAM, <c>[n, D]</c> on the CPU, one per present class.</param>
    /// <returns>Candidates, of which none is chosen yet.</returns>
    public IEnumerable<PromptChoice> Of(string image, Tensor features, IReadOnlyList<int> present)
    {
        for (var map = 0; map < present.Count; map++)
        {
            using var scope = NewDisposeScope();
            var scores = PromptSelection.Similarity(features[TensorIndex.Slice(map, map + 1)], prompts[present[map]])[0];
            yield return PromptChoice.Candidates(image, present[map], classes[present[map]], names[present[map]], [.. scores.ToFloats().Select(score => (double)score)]);
        }
    }

    public void Dispose()
    {
        foreach (var tensor in prompts) tensor.Dispose();
    }
}
