using System.ComponentModel.DataAnnotations;
using Pole.Zoo.Clip;
using static TorchSharp.torch;

namespace Pole.Zoo.Prompts.Learning;

/// <summary>The mean of the normalised embeddings of several templates (Radford et al. 2021, section 3.1.4). Nothing is learned.</summary>
[PoleModule("fixed-templates")]
public sealed record FixedTemplatesOptions : IModuleOptions<PromptLearner, PromptNames>
{
    /// <summary>Texts around the name, <c>{}</c>, used instead of the experiment's template.</summary>
    [Length(1, 1000), RegularExpression(PromptTemplate.Pattern, ErrorMessage = PromptTemplate.Fault)] public required IReadOnlyList<string> Templates { get; init; }

    public PromptLearner Create(PromptNames below, ModuleContext context)
    {
        using var scope = NewDisposeScope();
        var embeddings = Templates.Select(text => PromptEncoder.Encode(below.Clip, text, [.. below.Names.Select(entry => entry.Name)], context.Device)).Select(CosineSimilarity.Unit);
        return new FixedPrompts(stack(embeddings).mean([0L]).DetachFromDisposeScope());
    }
}
