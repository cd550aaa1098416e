using Pole.Data;
using Pole.Pipeline.Inference.FrozenClip;

namespace Pole.Pipeline.Trying;

/// <summary>The prompts that are tried, and the class whose map they are tried on where the map does not depend on them.</summary>
public sealed record TrialQuestion
{
    /// <summary>More are not tried at once: each has a map of the image's size.</summary>
    public const int MostPrompts = 64;

    private TrialQuestion(string? className, int? classIndex, IReadOnlyList<TrialText> texts, string? textOfClass) => (Class, ClassIndex, Texts, TextOfClass) = (className, classIndex, texts, textOfClass);

    /// <summary>The class; null where prompts of no class are tried.</summary>
    public string? Class { get; }

    /// <summary>Of the class, 0-based.</summary>
    internal int? ClassIndex { get; }

    /// <summary>At least one.</summary>
    public IReadOnlyList<TrialText> Texts { get; }

    /// <summary>What the class's text is called that a prompt learner makes of name and descriptions, and that is tried besides; null where there is none.</summary>
    public string? TextOfClass { get; }

    /// <summary>Number of rows of the answer.</summary>
    public int Rows => Texts.Count + (TextOfClass is null ? 0 : 1);

    /// <param name="className">A class of the data set: the prompts are all names that the corpus has for it, in the experiment's templates, and the descriptions of it, unless others are given. Null for none.</param>
    /// <param name="prompts">Whole texts; none for the names of the class.</param>
    /// <exception cref="ExperimentException">Nothing is asked, or too much, or there is no such class; the experiment has no CLIP.</exception>
    public static TrialQuestion Of(Experiment experiment, string? className, IReadOnlyList<string> prompts)
    {
        if (experiment is not { Clip: not null, Prompt: { } prompt }) throw new ExperimentException($"{experiment.Name} has no clip and no prompt: nothing reads prompts there");
        var classes = DatasetClasses.Of(experiment.Dataset);
        if (className is null && prompts.Count == 0) throw new ExperimentException("nothing is tried: give prompts or a class");
        if (className is null && !HasMapOfPrompt(experiment)) throw new ExperimentException($"{experiment.Name} has a map for each class, whatever the prompt: give the class that is seen (--class); its classes are {string.Join(", ", classes)}");
        if (className is not null && prompts.Count > 0 && HasMapOfPrompt(experiment)) throw new ExperimentException($"{experiment.Name} has a map for each prompt: give prompts, or a class for all its names, not both");
        if (prompts.Count > MostPrompts) throw new ExperimentException($"{prompts.Count} prompts are too many to look at: give {MostPrompts} at most");
        if (prompts.FirstOrDefault(string.IsNullOrWhiteSpace) is not null) throw new ExperimentException("a prompt is empty: give it a text or leave it out");
        if (className is not null && !classes.Contains(className)) throw new ExperimentException($"{experiment.Name} has no class '{className}'; its classes are {string.Join(", ", classes)}");
        IReadOnlyList<TrialText> texts = prompts.Count > 0 ? [.. prompts.Select(text => new TrialText(text, text))] : [.. NamesOf(prompt, className!).Concat(prompt.DescriptionsOf(className!).Select((sentence, place) => new TrialText(sentence, sentence) { Sentence = place })).Take(MostPrompts)];
        var textOfClass = prompts.Count == 0 && prompt.Learner is IDescribesClasses { GivesCandidates: false } ? $"the text of {className}, {PoleModuleAttribute.NameOf(prompt.Learner)}" : null;
        return new TrialQuestion(className, className is null ? null : classes.ToList().IndexOf(className), texts, textOfClass);
    }

    /// <summary>Whether each prompt has a map of its own: CAMs are made of the CLIP itself.</summary>
    internal static bool HasMapOfPrompt(Experiment experiment) => experiment.Cam.Source is ILooksInsideClip;

    private static IEnumerable<TrialText> NamesOf(PromptOptions prompt, string className)
    {
        var names = prompt.Corpus.Names.GetValueOrDefault(className) ?? throw new ExperimentException($"corpus '{prompt.Corpus.Name}' has no class '{className}'");
        return names.Select(name => new TrialText(Filled(prompt.SelectionTemplate ?? prompt.Template, name), Filled(prompt.Template, name)));
    }

    private static string Filled(string template, string name) => template.Replace("{}", name, StringComparison.Ordinal);
}

/// <summary>A prompt.</summary>
/// <param name="Text">What its cosines are of: in the names of a class, <c>prompt.selection-template</c> is around the name.</param>
/// <param name="MapText">What its map is of: <c>prompt.template</c> is around the name.</param>
public sealed record TrialText(string Text, string MapText)
{
    /// <summary>Place among the sentences about the class; null for what is none of them.</summary>
    public int? Sentence { get; init; }
}
