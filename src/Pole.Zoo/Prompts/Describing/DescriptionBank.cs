using Pole.Zoo.Clip;
using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Zoo.Prompts.Describing;

/// <summary>
/// Centres of clusters of the sentences about all classes, to which a class's text is moved (ExCEL's text semantic enrichment, zwyang6/ExCEL, CVPR 2025, model/load_attr.py): t′ = t + B·softmax(t·B), normalised, where the centres that are
/// least correlated with t have no weight.
/// </summary>
public sealed class DescriptionBank : IDisposable
{
    private const string Noun = "a bank of descriptions", Remedy = "give the bank that was made with this clip and these classes, or leave file out and give prompt.descriptions";

    private readonly Tensor centres;

    /// <param name="centres">B, <c>[D, K]</c>, finite; owned.</param>
    public DescriptionBank(Tensor centres) => this.centres = centres;

    /// <summary>Number of centres, K.</summary>
    public int Centres => (int)centres.shape[1];

    /// <summary>Reads a bank as published: a list of centres <c>[D, K]</c> and flags <c>[classes, K]</c>, which say where the sentences about a class fell.</summary>
    /// <param name="path">Of torch.save.</param>
    /// <param name="classes">Names, in the order of the data set.</param>
    /// <param name="embeddingSize">D of the CLIP.</param>
    /// <exception cref="ExperimentException">It is missing or damaged, has a number that is none, is of another CLIP or of other classes, or has no sentence about a class; one line.</exception>
    public static DescriptionBank Read(string path, IReadOnlyList<string> classes, int embeddingSize)
    {
        using var file = WeightFile.Open(path);
        return InputFile.Read(path, Noun, Remedy, () =>
        {
            using var scope = NewDisposeScope();
            if (file.Tensors.Count != 2 || !file.Tensors.TryGetValue("0", out var stored) || !file.Tensors.TryGetValue("1", out var flagged) || stored.Shape.Count != 2 || flagged.Shape.Count != 2)
                throw new InvalidDataException("it is no list of two matrices, centres and flags");
            if (stored.Shape[0] != embeddingSize) throw new InvalidDataException($"it is of another CLIP: its embeddings have {stored.Shape[0]} numbers, and those of this clip {embeddingSize}");
            if (flagged.Shape[0] != classes.Count) throw new InvalidDataException($"it has {flagged.Shape[0]} classes, and the data set has {classes.Count}");
            if (flagged.Shape[1] != stored.Shape[1]) throw new InvalidDataException($"it has {stored.Shape[1]} centres and flags of {flagged.Shape[1]}");
            var (bank, flags) = (stored.Read().to(ScalarType.Float32), flagged.Read().to(ScalarType.Float32));
            if (!bank.isfinite().all().item<bool>() || !flags.isfinite().all().item<bool>()) throw new InvalidDataException("it has a number that is NaN or infinite");
            var without = flags.ne(0).any(1, false).logical_not().nonzero();
            if (without.shape[0] > 0) throw new InvalidDataException($"it has no sentence about class '{classes[(int)without[0].item<long>()]}'");
            return new DescriptionBank(bank.contiguous().DetachFromDisposeScope());
        });
    }

    /// <summary>Makes one of sentences, by K-means.</summary>
    /// <param name="sentences">Embeddings of length 1, of all classes, <c>[n, D]</c>.</param>
    /// <param name="count">K, at most n.</param>
    public static DescriptionBank Of(Tensor sentences, int count, int seed)
    {
        using var scope = NewDisposeScope();
        return new DescriptionBank(KMeans.Centres(sentences, count, seed).t().contiguous().DetachFromDisposeScope());
    }

    /// <summary>Correlation weights: softmax over the centres of t·B, 0 for the least correlated ⌊(1 − kept)·K⌋ of them.</summary>
    /// <param name="texts">Of length 1, <c>[n, D]</c>.</param>
    /// <param name="kept">Share of the centres that have a weight; 0.9 as published, whose rounding is that of doubles: 101 of 112 are kept.</param>
    /// <returns><c>[n, K]</c>; each row adds up to 1.</returns>
    public Tensor Weights(Tensor texts, double kept)
    {
        using var scope = NewDisposeScope();
        var correlations = texts.matmul(centres.to(texts.device));
        var excluded = (int)((1 - kept) * Centres);
        if (excluded > 0) correlations = correlations.scatter(1, correlations.topk(excluded, 1, largest: false).indexes, full_like(correlations, double.NegativeInfinity));
        return correlations.softmax(-1).MoveToOuterDisposeScope();
    }

    /// <param name="sentences"><c>[n, D]</c>.</param>
    /// <returns>Of each sentence, the place of the nearest centre: that of its cluster, in a bank that was made of it.</returns>
    internal int[] NearestTo(Tensor sentences)
    {
        using var scope = NewDisposeScope();
        var distances = centres.to(sentences.device).square().sum([0L]) - sentences.matmul(centres.to(sentences.device)) * 2;
        return [.. distances.argmin(1).cpu().data<long>().Select(place => (int)place)];
    }

    /// <summary>t′.</summary>
    /// <inheritdoc cref="Weights"/>
    /// <returns>Of length 1, <c>[n, D]</c>.</returns>
    public Tensor Describe(Tensor texts, double kept) => Describe(texts, texts, kept);

    /// <summary>t′ with the weights of another text.</summary>
    /// <param name="weighed">Of length 1, <c>[n, D]</c>: what the centres are correlated with in place of <paramref name="texts"/>.</param>
    /// <inheritdoc cref="Describe(Tensor, double)"/>
    public Tensor Describe(Tensor texts, Tensor weighed, double kept)
    {
        using var scope = NewDisposeScope();
        return CosineSimilarity.Unit(texts + Weights(weighed, kept).matmul(centres.to(texts.device).t())).MoveToOuterDisposeScope();
    }

    public void Dispose() => centres.Dispose();
}
