using Pole.Zoo.Clip;
using Pole.Zoo.Prompts;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference.FrozenClip;

/// <summary>Normalised embeddings of the names of each class, or of what a prompt learner makes of them and of descriptions, and of the backgrounds, each encoded once.</summary>
internal sealed class ClassTexts : IDisposable
{
    private readonly IReadOnlyList<Tensor> names;
    private readonly IReadOnlyList<IReadOnlyList<string>> written;
    private readonly Tensor backgrounds;
    private readonly IReadOnlyList<TextWeights> weights;

    /// <param name="clip">May be another than that of the prompts: a network past what a judge adds to its embeddings.</param>
    public ClassTexts(ClipModel clip, ClipPrompts prompts, ModuleContext context)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (embedded, texts, parts) = prompts.Learner is null ? (Plain(clip, prompts, context.Device), prompts.Names, []) : Learnt(clip, prompts, prompts.Learner, context);
        (names, written, weights) = ([.. embedded.Select(Normalised)], texts, parts);
        backgrounds = prompts.Backgrounds.Count == 0 ? names[0][TensorIndex.Slice(0, 0)].DetachFromDisposeScope() : Normalised(PromptEncoder.Encode(clip, prompts.Template, prompts.Backgrounds, context.Device));
    }

    /// <summary>Number of classes.</summary>
    public int Classes => names.Count;

    /// <summary>What the text of a class is made of; null where it is no sum of names and sentences.</summary>
    public TextWeights? WeightsOf(int index) => weights.Count == 0 ? null : weights[index];

    /// <summary>Whether a class has several texts.</summary>
    public bool HaveChoice => names.Any(list => list.shape[0] > 1);

    /// <summary>Number of texts of a class.</summary>
    public int Count(int index) => (int)names[index].shape[0];

    /// <summary>The texts of a class, <c>[texts, D]</c>.</summary>
    public Tensor Of(int index) => names[index];

    /// <summary>The texts of a class as they are written.</summary>
    public IReadOnlyList<string> Written(int index) => written[index];

    /// <returns><c>[D]</c>.</returns>
    public Tensor Name(int index, int name) => names[index][name];

    /// <summary>The normalised mean of a class's texts, <c>[D]</c>.</summary>
    public Tensor Mean(int index)
    {
        using var scope = NewDisposeScope();
        var mean = names[index].mean([0L]);
        return (mean / mean.norm()).MoveToOuterDisposeScope();
    }

    /// <summary>The texts of an image: those of classes, then the backgrounds.</summary>
    /// <param name="classes"><c>[D]</c> each.</param>
    /// <returns><c>[classes + backgrounds, D]</c>.</returns>
    public Tensor WithBackgrounds(IReadOnlyList<Tensor> classes)
    {
        using var scope = NewDisposeScope();
        return cat([stack(classes, 0), backgrounds], 0).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var tensor in (Tensor[])[.. names, backgrounds]) tensor.Dispose();
    }

    private static IEnumerable<Tensor> Plain(ClipModel clip, ClipPrompts prompts, Device device) => prompts.Names.Select(list => PromptEncoder.Encode(clip, prompts.Template, list, device));

    private static (IEnumerable<Tensor> Embedded, IReadOnlyList<IReadOnlyList<string>> Written, IReadOnlyList<TextWeights> Weights) Learnt(ClipModel clip, ClipPrompts prompts, IModuleOptions<PromptLearner, PromptNames> options, ModuleContext context)
    {
        var rows = prompts.Names.SelectMany((list, index) => list.Select(name => new PromptName(index, name))).ToList();
        using var learner = options.Create(new PromptNames(clip, prompts.Template, rows) { Descriptions = prompts.Descriptions }, context);
        if (learner is IPromptCandidates candidates) return ([.. prompts.Names.Select((_, index) => candidates.Of(index))], [.. prompts.Names.Select((_, index) => candidates.TextsOf(index))], []);
        return ([.. prompts.Names.Select((_, index) => learner.Encode(tensor(rows.Index().Where(row => row.Item.Class == index).Select(row => (long)row.Index).ToArray(), device: context.Device)))], prompts.Names,
            learner is IWeighsDescriptions weighing ? [.. prompts.Names.Select((_, index) => weighing.WeightsOf(index))] : []);
    }

    private static Tensor Normalised(Tensor features) => CosineSimilarity.Unit(features).DetachFromDisposeScope();
}
