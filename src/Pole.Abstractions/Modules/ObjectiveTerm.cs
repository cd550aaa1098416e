using static TorchSharp.torch;

namespace Pole;

/// <summary>A loss that the CAM network is trained by with CLIP as the judge; the objective is the weighted sum of its terms.</summary>
public abstract class ObjectiveTerm
{
    /// <summary>Factor of the term in the objective.</summary>
    public abstract double Weight { get; }

    /// <summary>The embeddings that <see cref="Compute"/> takes; what no term takes is not computed. A term that takes none is computed for batches without objects too.</summary>
    public abstract JudgedFeatures Reads { get; }

    /// <returns>A scalar, before the weight.</returns>
    public abstract Tensor Compute(IJudgedBatch batch);

    /// <summary>What else tells how a training goes, of a batch with objects; recorded at every step, and drawn in the report. Called without gradient.</summary>
    /// <returns>Scalars by name.</returns>
    public virtual IReadOnlyList<(string Name, Tensor Value)> Observe(IJudgedBatch batch) => [];
}

/// <summary>Embeddings of a <see cref="IJudgedBatch"/>.</summary>
[Flags]
public enum JudgedFeatures
{
    None = 0,
    Foreground = 1,
    Background = 2,
    Prompts = 4,
    BackgroundPrompts = 8,
    ClassBackgrounds = 16,
}

/// <summary>
/// Activation maps and what CLIP sees of them. For each pair of an image and a class that is present in it, the map splits the image into foreground P·X and background (1 − P)·X,
/// which CLIP embeds (CLIMS, Xie et al. 2022). Embeddings have passed the adaptors and are not normalised; each is computed once for all terms.
/// </summary>
public interface IJudgedBatch
{
    /// <summary><c>[N, 3, H, W]</c>, ImageNet-normalised.</summary>
    Tensor Images { get; }

    /// <summary>Activation maps P of all classes, <c>[N, K, h, w]</c>, 0…1.</summary>
    Tensor Maps { get; }

    /// <summary>Image of the batch and class of every label, 0-based, in the order of images.</summary>
    IReadOnlyList<(int Image, int Class)> Pairs { get; }

    /// <summary>Embeddings of P·X, <c>[pairs, D]</c>.</summary>
    /// <exception cref="InvalidOperationException">The term does not declare it in <see cref="ObjectiveTerm.Reads"/>; so for the others.</exception>
    Tensor Foreground { get; }

    /// <summary>Embeddings of (1 − P)·X, <c>[pairs, D]</c>.</summary>
    Tensor Background { get; }

    /// <summary>Embeddings of the prompt of each pair, <c>[pairs, D]</c>.</summary>
    Tensor Prompts { get; }

    /// <summary>Embeddings of the background prompts, <c>[B, D]</c>; B is 0 where the experiment has none.</summary>
    Tensor BackgroundPrompts { get; }

    /// <summary>Embeddings of the background prompt that was learnt for the class of each pair, <c>[pairs, D]</c>: what stands around the class, in a stage before (<see cref="ILearnsBackgrounds"/>).</summary>
    Tensor ClassBackgrounds { get; }
}

/// <summary>Options of a term that reads <see cref="IJudgedBatch.ClassBackgrounds"/>: one of the experiment's <c>stages</c> has to learn them (<see cref="ILearnsBackgrounds"/>).</summary>
public interface IReadsLearntBackgrounds;
