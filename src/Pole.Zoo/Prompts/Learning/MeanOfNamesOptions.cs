using Pole.Zoo.Clip;
using static TorchSharp.torch;

namespace Pole.Zoo.Prompts.Learning;

/// <summary>The mean of the normalised embeddings of all names of a class, for every image: what POLE's selection of one name is measured against. Nothing is learned, and what was selected changes nothing.</summary>
[PoleModule("mean-of-names")]
public sealed record MeanOfNamesOptions : IModuleOptions<PromptLearner, PromptNames>
{
    public PromptLearner Create(PromptNames below, ModuleContext context)
    {
        using var scope = NewDisposeScope();
        var features = CosineSimilarity.Unit(PromptEncoder.Encode(below.Clip, below.Template, [.. below.Names.Select(entry => entry.Name)], context.Device));
        var means = below.Names.Select(entry => features.index_select(0, tensor(below.Names.Index().Where(other => other.Item.Class == entry.Class).Select(other => (long)other.Index).ToArray(), device: context.Device)).mean([0L]));
        return new FixedPrompts(stack(means).DetachFromDisposeScope());
    }
}
