using static TorchSharp.torch;

namespace Pole;

/// <summary>A name in a prompt, and the class that it is a name of.</summary>
public sealed record PromptName(int Class, string Name);

/// <summary>The prompts that a learner is made for.</summary>
/// <param name="Clip">Frozen.</param>
/// <param name="Template">The experiment's template; <c>{}</c> stands for the name.</param>
/// <param name="Names">One row each, those of a class together.</param>
public sealed record PromptNames(ClipModel Clip, string Template, IReadOnlyList<PromptName> Names)
{
    /// <summary>Sentences about each class (<c>prompt.descriptions</c>), whole texts of which the template is no part; empty where the experiment gives none.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Descriptions { get; init; } = [];
}

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

/// <summary>A learner that has several texts for a class, among which whoever asks chooses for each image.</summary>
public interface IPromptCandidates
{
    /// <param name="classIndex">0-based.</param>
    /// <returns>Embeddings <c>[n, D]</c>, not normalised: that of the ground-truth name first.</returns>
    Tensor Of(int classIndex);

    /// <param name="classIndex">0-based.</param>
    /// <returns>The texts themselves, in the same order.</returns>
    IReadOnlyList<string> TextsOf(int classIndex);
}

/// <summary>Options of a prompt learner that makes texts of classes of names and descriptions, and learns nothing: sources of CAMs from a frozen CLIP take it too (<see cref="ITakesDescriptions"/>).</summary>
public interface IDescribesClasses
{
    /// <summary>Whether it reads <c>prompt.descriptions</c> with these options.</summary>
    bool ReadsDescriptions { get; }

    /// <summary>Whether it gives several texts for a class, of which one is chosen for each image (<see cref="IPromptCandidates"/>).</summary>
    bool GivesCandidates => false;
}

/// <summary>Options of a source of CAMs that takes the texts of classes from a prompt learner which describes classes (<see cref="IDescribesClasses"/>).</summary>
public interface ITakesDescriptions;
