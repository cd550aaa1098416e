using System.ComponentModel.DataAnnotations;
using Pole.Zoo.Clip;
using static TorchSharp.torch;

namespace Pole.Zoo.Prompts.Describing;

/// <summary>A share of the name and the rest of the mean of the class's sentences (<c>prompt.descriptions</c>), normalised embeddings both. Nothing is learned.</summary>
[PoleModule(Module)]
public sealed record NamesAndDescriptionsOptions : IModuleOptions<PromptLearner, PromptNames>, IDescribesClasses
{
    private const string Module = "names-and-descriptions";

    /// <summary>Share of the name.</summary>
    [Range(0.0, 1.0)] public double Share { get; init; } = 0.5;

    bool IDescribesClasses.ReadsDescriptions => true;

    public PromptLearner Create(PromptNames below, ModuleContext context)
    {
        using var scope = NewDisposeScope();
        var sentences = DescribedTexts.MeansOfSentences(below, Module, context.Device);
        var texts = CosineSimilarity.Unit(DescribedTexts.Names(below, context.Device) * Share + sentences * (1 - Share));
        return new WeightedTexts(texts.DetachFromDisposeScope(), [.. below.Descriptions.Select(list => TextWeights.Even(Share, list.Count))]);
    }
}
