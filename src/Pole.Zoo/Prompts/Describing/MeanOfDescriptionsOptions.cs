using static TorchSharp.torch;

namespace Pole.Zoo.Prompts.Describing;

/// <summary>The mean of the normalised embeddings of a class's sentences (<c>prompt.descriptions</c>), in place of its names. Nothing is learned, and what was selected changes nothing.</summary>
[PoleModule(Module)]
public sealed record MeanOfDescriptionsOptions : IModuleOptions<PromptLearner, PromptNames>, IDescribesClasses
{
    private const string Module = "mean-of-descriptions";

    bool IDescribesClasses.ReadsDescriptions => true;

    public PromptLearner Create(PromptNames below, ModuleContext context)
    {
        using var scope = NewDisposeScope();
        return new WeightedTexts(DescribedTexts.MeansOfSentences(below, Module, context.Device).DetachFromDisposeScope(), [.. below.Descriptions.Select(sentences => TextWeights.Even(0, sentences.Count))]);
    }
}
