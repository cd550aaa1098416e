using Pole.Pipeline.Inference.FrozenClip;
using Pole.Zoo.Clip;
using Pole.Zoo.Prompts;
using static TorchSharp.torch;

namespace Pole.Pipeline.Trying;

/// <summary>
/// Of each prompt a map from the inside of the frozen CLIP, as if the prompt's were the only class of the image. It competes with the backgrounds, and where the method lets all classes of the data set compete, with the texts of the others:
/// of all but the class that is asked for, or, of prompts alone, but a class that is called so.
/// </summary>
/// <param name="method">The CLIP is not owned.</param>
/// <param name="texts">Of the method's CLIP; not owned.</param>
/// <param name="template">Text around a name.</param>
internal sealed class PromptMaps(FrozenClipMethod method, ClassTexts texts, string template, Device device) : ITrialMaps
{
    public TrialMaps Of(RgbImage image, TrialQuestion question, Tensor? ofClass)
    {
        using var scope = NewDisposeScope();
        using var seen = method.Open(image);
        var prompts = CosineSimilarity.Unit(PromptEncoder.Encode(method.Clip, "{}", [.. question.Texts.Select(text => text.MapText)], device));
        if (ofClass is not null) prompts = cat([prompts, ofClass.unsqueeze(0)], 0);
        var competing = stack([.. prompts.unbind(0).Select((prompt, place) => texts.WithBackgrounds([prompt, .. Others(question, question.Texts.ElementAtOrDefault(place)?.MapText)]))], 0);
        var probabilities = seen.Probabilities(competing)[TensorIndex.Colon, 0].ToFloats();
        var maps = FrozenClipMethod.Enlarged(seen.Maps(competing, [.. Enumerable.Repeat(0, (int)prompts.shape[0])]), image.Height, image.Width);
        return new TrialMaps(maps.MoveToOuterDisposeScope(), [.. probabilities.Select(value => (double)value)]);
    }

    public void Dispose()
    {
    }

    private IEnumerable<Tensor> Others(TrialQuestion question, string? prompt) => !method.AmongAllClasses ? []
        : Enumerable.Range(0, texts.Classes).Where(index => question.ClassIndex is { } asked ? index != asked : template.Replace("{}", texts.Written(index)[0], StringComparison.Ordinal) != prompt).Select(index => texts.Name(index, 0));
}
