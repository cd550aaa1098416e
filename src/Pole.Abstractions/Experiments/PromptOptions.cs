using System.ComponentModel.DataAnnotations;

namespace Pole;

/// <summary>The prompts with which CLIP judges a CAM.</summary>
public sealed record PromptOptions : ICrossChecked
{
    /// <summary>Text around the class name; <c>{}</c> stands for the name.</summary>
    [RegularExpression(@"[^{}]*\{\}[^{}]*")] public string Template { get; init; } = "a photo of {}.";

    /// <summary>Where the names come from: a file under <c>experiments/corpora</c>.</summary>
    public required Corpus Corpus { get; init; }

    /// <summary>Names per class, the ground-truth name included; 1 uses the class name only.</summary>
    [Range(1, 1000), NamesOf(nameof(Corpus))] public int Synonyms { get; init; } = 1;

    /// <summary>Rule that selects the name in the prompt of each image and class. Left out: <c>best-per-image</c>.</summary>
    public IModuleOptions<ISelectionRule>? Selection { get; init; }

    /// <summary>How prompts become embeddings during training. Left out: the template with the chosen name.</summary>
    public IModuleOptions<PromptLearner, PromptNames>? Learner { get; init; }

    /// <summary>What stands where the CAM suppresses the image that the name is chosen for.</summary>
    public Masking Masking { get; init; } = Masking.Black;

    /// <summary>Scenes that co-occur with the classes; the CBS loss keeps the foreground away from them.</summary>
    public IReadOnlyList<string> Backgrounds { get; init; } = [];

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        if (experiment.Clip is null) yield break;
        var length = ClipShape.Of(experiment.Clip).ContextLength;
        var names = Corpus.Names.Values.SelectMany(list => list.Take(Synonyms)).Concat(Backgrounds);
        if (names.Select(name => Template.Replace("{}", name, StringComparison.Ordinal)).FirstOrDefault(prompt => Words(prompt) > length - 2) is { } tooLong)
            yield return new SpecConflict($"{path}.template", $"\"{tooLong}\" has {Words(tooLong)} words, and the clip reads {length - 2} tokens besides start and end: shorten the template");
    }

    private static int Words(string prompt) => prompt.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
}
