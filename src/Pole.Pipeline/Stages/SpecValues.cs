using Pole.Data;
using Pole.Zoo.Prompts.Selection;

namespace Pole.Pipeline.Stages;

/// <summary>Values of the spec that several stages read.</summary>
internal static class SpecValues
{
    public static SpecValue<int> Seed { get; } = SpecValue.Of(experiment => experiment.Seed);

    public static SpecValue<string> Template { get; } = SpecValue.Of(experiment => experiment.Prompt!.Template);

    /// <summary>Text around a name while names are selected.</summary>
    public static SpecValue<string> SelectionTemplate { get; } = SpecValue.From("prompt.selection-template", ["prompt.selection-template", "prompt.template"], experiment => experiment.Prompt is { } prompt ? prompt.SelectionTemplate ?? prompt.Template : null);

    /// <summary>The names that are taken of the corpus.</summary>
    public static SpecValue<TakenNames> Names { get; } = SpecValue.From("prompt.names", ["prompt.corpus", "prompt.synonyms", "prompt.synonyms-by-class"], experiment => experiment.Prompt is not { } prompt ? null
        : new TakenNames(DatasetClasses.Of(experiment.Dataset).ToDictionary(name => name, prompt.NamesOf, StringComparer.Ordinal)));

    /// <summary>What makes embeddings of prompts.</summary>
    public static SpecValue<IModuleOptions<PromptLearner, PromptNames>?> Learner { get; } = SpecValue.Of(experiment => experiment.Prompt!.Learner);

    /// <summary>The sentences about the classes of the data set.</summary>
    public static SpecValue<TakenNames> Descriptions { get; } = SpecValue.FromOptional("prompt.descriptions", ["prompt.descriptions"], experiment => experiment.Prompt is not { Descriptions: not null } prompt ? null
        : new TakenNames(DatasetClasses.Of(experiment.Dataset).ToDictionary(name => name, prompt.DescriptionsOf, StringComparer.Ordinal)));

    /// <summary>Which of the names an image's prompt gets; the published rule where a spec does not say.</summary>
    public static SpecValue<IModuleOptions<ISelectionRule>> Selection { get; } = SpecValue.From("prompt.selection", ["prompt.selection"], RuleOf);

    /// <summary>What label maps are measured by besides the IoU.</summary>
    public static SpecValue<IReadOnlyList<IModuleOptions<Metric, IReadOnlyList<string>>>?> Metrics { get; } = SpecValue.Of(experiment => experiment.Metrics);

    /// <summary>Whether there is a ground truth to measure against.</summary>
    public static bool IsMeasured(Experiment experiment) => experiment.Dataset is not IOptionalLabelMaps { HasLabelMaps: false };

    /// <summary>Whether the names of an experiment are scored by CLIP.</summary>
    public static bool ScoresNames(Experiment experiment) => RuleOf(experiment)?.Create(ModuleContext.None).ReadsScores ?? false;

    /// <returns>Null for an experiment without prompts.</returns>
    public static IModuleOptions<ISelectionRule>? RuleOf(Experiment experiment) => experiment.Prompt is { } prompt ? prompt.Selection ?? new BestPerImageOptions() : null;
}

/// <param name="ByClass">Of names, the ground-truth name first.</param>
internal sealed record TakenNames(IReadOnlyDictionary<string, IReadOnlyList<string>> ByClass)
{
    /// <summary>Those of each class; none where nothing is taken.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Of(TakenNames? taken, IReadOnlyList<string> classes) => taken is null ? [] : [.. classes.Select(name => taken.ByClass[name])];
}
