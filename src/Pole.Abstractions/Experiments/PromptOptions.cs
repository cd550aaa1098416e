using System.ComponentModel.DataAnnotations;

namespace Pole;

/// <summary>The prompts with which CLIP judges a CAM.</summary>
public sealed record PromptOptions : ICrossChecked
{
    /// <summary>Text around the class name; <c>{}</c> stands for the name.</summary>
    [RegularExpression(@"[^{}]*\{\}[^{}]*")] public string Template { get; init; } = "a photo of {}.";

    /// <summary>Where the names come from: a file under <c>experiments/corpora</c>, or the names of the classes in one under <c>experiments/datasets</c>.</summary>
    public required Corpus Corpus { get; init; }

    /// <summary>Names per class, the ground-truth name included; 1 uses the class name only.</summary>
    [Range(1, 1000), NamesOf(nameof(Corpus))] public int Synonyms { get; init; } = 1;

    /// <summary>Classes of the data set with another number of names than <c>synonyms</c> says. Left out: none.</summary>
    [Range(1, 1000), NamesOf(nameof(Corpus))] public IReadOnlyDictionary<string, int>? SynonymsByClass { get; init; }

    /// <summary>Text around a name while names are selected. Left out: <c>template</c>. The published names were selected with another text than the losses have.</summary>
    [RegularExpression(@"[^{}]*\{\}[^{}]*")] public string? SelectionTemplate { get; init; }

    /// <summary>Rule that selects the name in the prompt of each image and class. Left out: <c>best-per-image</c>.</summary>
    public IModuleOptions<ISelectionRule>? Selection { get; init; }

    /// <summary>How prompts become embeddings during training. Left out: the template with the chosen name.</summary>
    public IModuleOptions<PromptLearner, PromptNames>? Learner { get; init; }

    /// <summary>What stands where the CAM suppresses the image that the name is chosen for.</summary>
    public Masking Masking { get; init; } = Masking.Black;

    /// <summary>Scenes that co-occur with the classes; the CBS loss keeps the foreground away from them.</summary>
    public IReadOnlyList<string> Backgrounds { get; init; } = [];

    /// <summary>Whether there is a choice of names for any class.</summary>
    public bool HasChoice => Synonyms > 1 || SynonymsByClass is { } exceptions && exceptions.Values.Any(count => count > 1);

    /// <summary>Number of names of a class, the ground-truth name included.</summary>
    public int CountOf(string className) => SynonymsByClass?.TryGetValue(className, out var count) ?? false ? count : Synonyms;

    /// <summary>Names of a class, the ground-truth name first.</summary>
    /// <exception cref="ExperimentException">The class is not in the corpus, or has fewer names.</exception>
    public IReadOnlyList<string> NamesOf(string className) => Corpus.Take(className, CountOf(className));

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        if (experiment.Clip is null) yield break;
        var length = ClipShape.Of(experiment.Clip).ContextLength;
        var names = Corpus.Names.SelectMany(entry => entry.Value.Take(CountOf(entry.Key))).Concat(Backgrounds).ToList();
        foreach (var (key, template) in new[] { ("template", Template), ("selection-template", SelectionTemplate) })
            if (names.Select(name => template?.Replace("{}", name, StringComparison.Ordinal)).FirstOrDefault(prompt => Words(prompt) > length - 2) is { } tooLong)
                yield return new SpecConflict($"{path}.{key}", $"\"{tooLong}\" has {Words(tooLong)} words, and the clip reads {length - 2} tokens besides start and end: shorten the template");
        if (SelectionTemplate is not null && !HasChoice) yield return new SpecConflict($"{path}.selection-template", "there is one name a class, so none is selected: raise synonyms, or leave it out, with ~ where a base gives it");
    }

    private static int Words(string? prompt) => prompt is null ? 0 : prompt.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
}
