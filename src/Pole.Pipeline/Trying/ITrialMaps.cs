using static TorchSharp.torch;

namespace Pole.Pipeline.Trying;

/// <summary>The maps that prompts are tried on.</summary>
internal interface ITrialMaps : IDisposable
{
    /// <summary>To be called in a dispose scope.</summary>
    /// <param name="ofClass">The class's own text, of length 1, <c>[D]</c>, whose map comes last; null for none.</param>
    TrialMaps Of(RgbImage image, TrialQuestion question, Tensor? ofClass);
}

/// <param name="Maps"><c>[prompts, H, W]</c>, that of the class's own text last, or <c>[1, H, W]</c> where prompts share a map; 0…1.</param>
/// <param name="Probabilities">Of each prompt in the whole image; null where prompts share a map.</param>
internal sealed record TrialMaps(Tensor Maps, IReadOnlyList<double>? Probabilities);
