using Pole.Zoo.Prompts.Learning;
using static TorchSharp.torch;

namespace Pole.Zoo.Prompts.Describing;

/// <summary>Texts of classes that were made once of names and sentences, and what went into them.</summary>
/// <param name="features"><c>[rows, D]</c>; owned.</param>
/// <param name="weights">Of each class.</param>
internal sealed class WeightedTexts(Tensor features, IReadOnlyList<TextWeights> weights) : FixedPrompts(features), IWeighsDescriptions
{
    public TextWeights WeightsOf(int classIndex) => weights[classIndex];
}
