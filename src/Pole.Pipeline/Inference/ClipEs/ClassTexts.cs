using Pole.Zoo.Clip;
using Pole.Zoo.Prompts;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference.ClipEs;

/// <summary>Normalised embeddings of the names of each class and of the backgrounds, each encoded once.</summary>
internal sealed class ClassTexts : IDisposable
{
    private readonly IReadOnlyList<Tensor> names;
    private readonly Tensor backgrounds;

    public ClassTexts(ClipModel clip, ClipPrompts prompts, Device device)
    {
        using var scope = NewDisposeScope();
        names = [.. prompts.Names.Select(list => Normalised(PromptEncoder.Encode(clip, prompts.Template, list, device)))];
        backgrounds = prompts.Backgrounds.Count == 0 ? names[0][TensorIndex.Slice(0, 0)].DetachFromDisposeScope() : Normalised(PromptEncoder.Encode(clip, prompts.Template, prompts.Backgrounds, device));
    }

    /// <summary>Number of names of a class.</summary>
    public int Count(int index) => (int)names[index].shape[0];

    /// <returns><c>[D]</c>.</returns>
    public Tensor Name(int index, int name) => names[index][name];

    /// <summary>The normalised mean of a class's names, <c>[D]</c>.</summary>
    public Tensor Mean(int index)
    {
        using var scope = NewDisposeScope();
        var mean = names[index].mean([0L]);
        return (mean / mean.norm()).MoveToOuterDisposeScope();
    }

    /// <summary>The texts of an image: those of its classes, then the backgrounds.</summary>
    /// <param name="classes"><c>[D]</c> each.</param>
    /// <returns><c>[classes + backgrounds, D]</c>.</returns>
    public Tensor WithBackgrounds(IReadOnlyList<Tensor> classes)
    {
        using var scope = NewDisposeScope();
        return cat([stack(classes, 0), backgrounds], 0).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var tensor in (Tensor[])[.. names, backgrounds]) tensor.Dispose();
    }

    private static Tensor Normalised(Tensor features) => CosineSimilarity.Unit(features).DetachFromDisposeScope();
}
