using Pole.Zoo.Prompts;
using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>CLIP embeddings of every prompt of an experiment, encoded once, and which of them judges an (image, class) pair.</summary>
public sealed class PromptTable : IDisposable
{
    private readonly Tensor features;
    private readonly IReadOnlyList<int> firstRows;
    private readonly PromptChoices choices;

    public PromptTable(ClipModel clip, PromptOptions options, IReadOnlyList<string> classes, PromptChoices choices, Device device)
    {
        this.choices = choices;
        var names = classes.Select(name => options.Corpus.Take(name, options.Synonyms)).ToList();
        firstRows = [.. names.Select((_, index) => names.Take(index).Sum(list => list.Count))];
        features = PromptEncoder.Encode(clip, options.Template, [.. names.SelectMany(list => list)], device).DetachFromDisposeScope();
        if (options.Backgrounds.Count > 0) BackgroundFeatures = PromptEncoder.Encode(clip, options.Template, options.Backgrounds, device).DetachFromDisposeScope();
    }

    /// <summary><c>[B, D]</c>, or null where the experiment has no background prompts.</summary>
    public Tensor? BackgroundFeatures { get; }

    /// <returns><c>[pairs, D]</c>.</returns>
    public Tensor FeaturesOf(IEnumerable<(string Image, int Class)> pairs) =>
        features.index_select(0, tensor(pairs.Select(pair => (long)(firstRows[pair.Class] + choices.IndexOf(pair.Image, pair.Class))).ToArray(), device: features.device));

    public void Dispose()
    {
        features.Dispose();
        BackgroundFeatures?.Dispose();
    }
}
