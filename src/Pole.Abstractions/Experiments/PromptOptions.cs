using System.ComponentModel.DataAnnotations;

namespace Pole;

/// <summary>The prompts with which CLIP judges a CAM.</summary>
public sealed record PromptOptions : ICrossChecked
{
    /// <summary>Text around the class name; <c>{}</c> stands for the name.</summary>
    [RegularExpression(PromptTemplate.Pattern, ErrorMessage = PromptTemplate.Fault)] public string Template { get; init; } = "a photo of {}.";

    /// <summary>Where the names come from: a file under <c>experiments/corpora</c>, or the names of the classes in one under <c>experiments/datasets</c>.</summary>
    public required Corpus Corpus { get; init; }

    /// <summary>Names per class, the ground-truth name included; 1 uses the class name only.</summary>
    [Range(1, 1000), NamesOf(nameof(Corpus))] public int Synonyms { get; init; } = 1;

    /// <summary>Classes of the data set with another number of names than <c>synonyms</c> says. Left out: none.</summary>
    [Range(1, 1000), NamesOf(nameof(Corpus))] public IReadOnlyDictionary<string, int>? SynonymsByClass { get; init; }

    /// <summary>Text around a name while names are selected. Left out: <c>template</c>. The published names were selected with another text than the losses have.</summary>
    [RegularExpression(PromptTemplate.Pattern, ErrorMessage = PromptTemplate.Fault)] public string? SelectionTemplate { get; init; }

    /// <summary>Rule that selects the name in the prompt of each image and class. Left out: <c>best-per-image</c>.</summary>
    public IModuleOptions<ISelectionRule>? Selection { get; init; }

    /// <summary>Sentences about the classes: files under <c>experiments/descriptions</c>, several sources one after the other. A <c>learner</c> that describes classes reads them. Left out: none.</summary>
    [Length(1, 64)] public IReadOnlyList<Descriptions>? Descriptions { get; init; }

    /// <summary>How prompts become embeddings during training, or what makes texts of names and descriptions. Left out: the template with the chosen name.</summary>
    public IModuleOptions<PromptLearner, PromptNames>? Learner { get; init; }

    /// <summary>What stands where the CAM suppresses the image that the name is chosen for.</summary>
    public Masking Masking { get; init; } = Masking.Black;

    /// <summary>Scenes that co-occur with the classes; the CBS loss keeps the foreground away from them.</summary>
    public IReadOnlyList<string> Backgrounds { get; init; } = [];

    /// <summary>Whether there is a choice of texts for any class.</summary>
    public bool HasChoice => Learner is IDescribesClasses { GivesCandidates: true } || HasChoiceOfNames;

    /// <summary>Whether there is a choice of names for any class.</summary>
    public bool HasChoiceOfNames => Synonyms > 1 || SynonymsByClass is { } exceptions && exceptions.Values.Any(count => count > 1);

    /// <summary>Number of names of a class, the ground-truth name included.</summary>
    public int CountOf(string className) => SynonymsByClass?.TryGetValue(className, out var count) ?? false ? count : Synonyms;

    /// <summary>Names of a class, the ground-truth name first.</summary>
    /// <exception cref="ExperimentException">The class is not in the corpus, or has fewer names.</exception>
    public IReadOnlyList<string> NamesOf(string className) => Corpus.Take(className, CountOf(className));

    /// <summary>Sentences about a class, of all sources in their order; none where there are no descriptions.</summary>
    /// <exception cref="ExperimentException">A source has none about the class.</exception>
    public IReadOnlyList<string> DescriptionsOf(string className) =>
        [.. (Descriptions ?? []).SelectMany(source => source.Sentences.TryGetValue(className, out var sentences) ? sentences : throw new ExperimentException($"the descriptions '{source.Name}' have no sentence about class '{className}'"))];

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        foreach (var conflict in ConflictsOfDescriptions(experiment, path)) yield return conflict;
        if (experiment.Clip is null) yield break;
        var length = ClipShape.Of(experiment.Clip).ContextLength;
        var names = Corpus.Names.SelectMany(entry => entry.Value.Take(CountOf(entry.Key))).Concat(Backgrounds).ToList();
        foreach (var (key, template) in new[] { ("template", Template), ("selection-template", SelectionTemplate) })
            if (names.Select(name => template?.Replace("{}", name, StringComparison.Ordinal)).FirstOrDefault(prompt => Words(prompt) > length - 2) is { } tooLong)
                yield return new SpecConflict($"{path}.{key}", $"\"{tooLong}\" has {Words(tooLong)} words, but this clip accepts at most {length - 2} tokens: shorten the template");
        foreach (var (index, tooLong) in (Descriptions ?? []).Select((source, index) => (index, source.Sentences.Values.SelectMany(sentences => sentences).FirstOrDefault(sentence => Words(sentence) > length - 2))))
            if (tooLong is not null) yield return new SpecConflict($"{path}.descriptions[{index}]", $"\"{tooLong}\" has {Words(tooLong)} words, but this clip accepts at most {length - 2} tokens: shorten the sentence in '{Descriptions![index].Name}'");
        if (SelectionTemplate is not null && !HasChoiceOfNames) yield return new SpecConflict($"{path}.selection-template", "there is one name a class, so none is selected: raise synonyms, or leave it out, with ~ where a base gives it");
    }

    private IEnumerable<SpecConflict> ConflictsOfDescriptions(Experiment experiment, string path)
    {
        var describes = Learner as IDescribesClasses;
        if (describes is { ReadsDescriptions: true } && Descriptions is null)
            yield return new SpecConflict($"{path}.learner", $"{PoleModuleAttribute.NameOf(Learner!)} makes texts of sentences about the classes: give {path}.descriptions");
        if (describes is not { ReadsDescriptions: true } && Descriptions is not null)
            yield return new SpecConflict($"{path}.descriptions", $"nothing reads them: give a {path}.learner that does, such as mean-of-descriptions, or leave them out, with ~ where a base gives them");
        if (describes is { GivesCandidates: true } && experiment.Cam.Source is null)
            yield return new SpecConflict($"{path}.learner", $"{PoleModuleAttribute.NameOf(Learner!)} chooses a sentence for each image where CAMs come from a frozen CLIP: give cam.source, such as clip-es or excel, or a learner with one text a class, such as mean-of-descriptions");
        foreach (var (index, source) in (Descriptions ?? []).Index())
            if (source.Sentences.SelectMany(entry => entry.Value.Select(sentence => (Class: entry.Key, Text: sentence))).Where(sentence => Descriptions!.Take(index).Any(earlier => earlier.Has(sentence.Class, sentence.Text))).ToList() is [var twice, ..] all)
                yield return new SpecConflict($"{path}.descriptions[{index}]", $"'{twice.Class}' has the sentence \"{twice.Text}\" in another source too{(all.Count > 1 ? $", as {all.Count - 1} more have" : "")}: take {(all.Count > 1 ? "them" : "it")} out of '{source.Name}'");
    }

    private static int Words(string? prompt) => prompt is null ? 0 : prompt.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
}
