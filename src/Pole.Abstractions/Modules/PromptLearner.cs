using static TorchSharp.torch;

namespace Pole;

/// <summary>A name in a prompt, and the class that it is a name of.</summary>
public sealed record PromptName(int Class, string Name);

/// <summary>The prompts that a learner is made for.</summary>
/// <param name="Clip">Frozen.</param>
/// <param name="Template">The experiment's template; <c>{}</c> stands for the name.</param>
/// <param name="Names">One row each, those of a class together.</param>
public sealed record PromptNames(ClipModel Clip, string Template, IReadOnlyList<PromptName> Names);

/// <summary>
/// Turns names into CLIP embeddings while the CAM network trains: what the paper compares (Figure 1). Prompts are rows, one for each name of each class; the rows of a batch are encoded at
/// every step, so that a gradient reaches what is learned.
/// </summary>
public abstract class PromptLearner(string name) : nn.Module(name)
{
    /// <summary>Learning rate of the parameters, as a multiple of the backbone's.</summary>
    public abstract double Rate { get; }

    /// <param name="rows">Indices of names, int64 <c>[n]</c>.</param>
    /// <returns>Embeddings <c>[n, D]</c>, not normalised.</returns>
    public abstract Tensor Encode(Tensor rows);
}
