using Pole.Pipeline.External;
using static TorchSharp.torch;

namespace Pole.Pipeline.Trying;

/// <summary>The map of the class that is asked for, whatever the prompts.</summary>
/// <param name="source">Owned.</param>
internal sealed class ClassMaps(ICamSource source) : ITrialMaps
{
    public TrialMaps Of(RgbImage image, TrialQuestion question, Tensor? ofClass)
    {
        using var scope = NewDisposeScope();
        var cam = source.Of(new GivenSample("the image", image, [question.ClassIndex!.Value]), image)!;
        return new TrialMaps(cam.HighResolution.alias().MoveToOuterDisposeScope(), null);
    }

    public void Dispose() => source.Dispose();
}
