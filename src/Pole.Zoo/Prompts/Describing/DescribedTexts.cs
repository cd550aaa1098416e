using Pole.Zoo.Clip;
using static TorchSharp.torch;

namespace Pole.Zoo.Prompts.Describing;

/// <summary>Embeddings of the names and the sentences that a learner is made for, without gradient and of length 1.</summary>
internal static class DescribedTexts
{
    /// <returns>A row for each name, <c>[names, D]</c>.</returns>
    public static Tensor Names(PromptNames below, Device device)
    {
        using var scope = NewDisposeScope();
        return CosineSimilarity.Unit(PromptEncoder.Encode(below.Clip, below.Template, [.. below.Names.Select(entry => entry.Name)], device)).MoveToOuterDisposeScope();
    }

    /// <param name="reader">Name of the module that reads them, for the message.</param>
    /// <returns>Of each class, <c>[sentences, D]</c>.</returns>
    /// <exception cref="ExperimentException">There are none about a class, or one is longer than the CLIP reads.</exception>
    public static IReadOnlyList<Tensor> Sentences(PromptNames below, string reader, Device device)
    {
        var classes = below.Names.Max(entry => entry.Class) + 1;
        if (below.Descriptions.Count != classes) throw new ExperimentException($"{reader} makes texts of sentences about {classes} classes, and there are sentences about {below.Descriptions.Count}: give prompt.descriptions");
        if (below.Descriptions.Index().FirstOrDefault(list => list.Item.Count == 0) is { Item: not null } empty) throw new ExperimentException($"{reader} makes texts of sentences, and there is none about class '{NameOf(below, empty.Index)}'");
        using var scope = NewDisposeScope();
        return [.. below.Descriptions.Select(list => CosineSimilarity.Unit(PromptEncoder.Encode(below.Clip, "{}", list, device)).MoveToOuterDisposeScope())];
    }

    /// <summary>The mean of the sentences about the class of each name.</summary>
    /// <inheritdoc cref="Sentences"/>
    /// <returns>A row for each name, of length 1, <c>[names, D]</c>.</returns>
    public static Tensor MeansOfSentences(PromptNames below, string reader, Device device)
    {
        using var scope = NewDisposeScope();
        var means = Sentences(below, reader, device).Select(sentences => sentences.mean([0L])).ToList();
        return CosineSimilarity.Unit(stack(below.Names.Select(entry => means[entry.Class]))).MoveToOuterDisposeScope();
    }

    /// <summary>The ground-truth name of a class.</summary>
    public static string NameOf(PromptNames below, int classIndex) => below.Names.First(entry => entry.Class == classIndex).Name;
}
