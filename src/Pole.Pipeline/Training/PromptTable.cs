using Pole.Zoo.Prompts;
using Pole.Zoo.Prompts.Learning;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>The prompts of an experiment, and which of them judges an (image, class) pair.</summary>
public sealed class PromptTable : IDisposable
{
    private readonly PromptLearner learner;
    private readonly IReadOnlyList<int> firstRows;
    private readonly PromptChoices choices;
    private readonly PromptLearner? classBackgrounds;
    private readonly Device device;

    public PromptTable(ClipModel clip, PromptOptions options, IReadOnlyList<string> classes, PromptChoices choices, ModuleContext context)
        : this(clip, options.Template, [.. classes.Select(options.NamesOf)], options.Backgrounds, options.Learner, choices, context, options.Descriptions is null ? null : [.. classes.Select(options.DescriptionsOf)])
    {
    }

    /// <param name="template"><c>{}</c> stands for the name.</param>
    /// <param name="names">Of each class.</param>
    /// <param name="backgrounds">Names of scenes.</param>
    /// <param name="descriptions">Sentences about each class; null for none.</param>
    /// <param name="learnerOptions">Null for the template with the chosen name.</param>
    /// <param name="classBackgrounds">A background prompt for each class, a row a class; not owned. Null where none are learnt.</param>
    public PromptTable(
        ClipModel clip, string template, IReadOnlyList<IReadOnlyList<string>> names, IReadOnlyList<string> backgrounds, IModuleOptions<PromptLearner, PromptNames>? learnerOptions, PromptChoices choices,
        ModuleContext context, IReadOnlyList<IReadOnlyList<string>>? descriptions = null, PromptLearner? classBackgrounds = null)
    {
        (this.choices, this.classBackgrounds, device) = (choices, classBackgrounds, context.Device);
        var rowsBefore = 0;
        firstRows = [.. names.Select(list => (rowsBefore += list.Count) - list.Count)];
        var rows = names.SelectMany((list, index) => list.Select(name => new PromptName(index, name))).ToList();
        learner = learnerOptions?.Create(new PromptNames(clip, template, rows) { Descriptions = descriptions ?? [] }, context) ?? new FixedPrompts(PromptEncoder.Encode(clip, template, [.. rows.Select(row => row.Name)], device).DetachFromDisposeScope());
        if (backgrounds.Count > 0) BackgroundFeatures = PromptEncoder.Encode(clip, template, backgrounds, device).DetachFromDisposeScope();
    }

    /// <summary>What the learner trains, and its learning rate as a multiple of the backbone's; empty for fixed prompts.</summary>
    public (IReadOnlyList<Parameter> Parameters, double Rate) Learned => ([.. learner.parameters()], learner.Rate);

    /// <summary>What is learned, for a checkpoint.</summary>
    internal nn.Module Learner => learner;

    /// <summary><c>[B, D]</c>, or null where the experiment has no background prompts.</summary>
    public Tensor? BackgroundFeatures { get; }

    /// <returns><c>[pairs, D]</c>.</returns>
    public Tensor FeaturesOf(IEnumerable<(string Image, int Class)> pairs) => Encode(learner, [.. pairs.Select(pair => (long)(firstRows[pair.Class] + choices.IndexOf(pair.Image, pair.Class)))]);

    /// <returns>Makes the background prompts of classes, <c>[classes, D]</c>; null where none are learnt.</returns>
    internal Func<Tensor>? ClassBackgroundsOf(IEnumerable<int> classes) => classBackgrounds is { } learnt ? () => Encode(learnt, [.. classes.Select(index => (long)index)]) : null;

    /// <summary>A prompt that judges several pairs of the batch is encoded once.</summary>
    private Tensor Encode(PromptLearner encoder, List<long> rows)
    {
        using var scope = NewDisposeScope();
        var distinct = rows.Distinct().ToArray();
        var places = distinct.Index().ToDictionary(row => row.Item, row => (long)row.Index);
        var features = encoder.Encode(tensor(distinct, device: device));
        return features.index_select(0, tensor(rows.Select(row => places[row]).ToArray(), device: device)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        learner.Dispose();
        BackgroundFeatures?.Dispose();
    }
}
