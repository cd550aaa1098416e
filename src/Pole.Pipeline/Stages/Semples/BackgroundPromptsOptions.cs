using System.ComponentModel.DataAnnotations;
using Pole.Zoo.Objective;

namespace Pole.Pipeline.Stages.Semples;

/// <summary>
/// Learns a background prompt for each class (SemPLeS, Lin et al., WACV 2025), with the CAM network of <c>segment-label-matching</c> and CLIP frozen: the template with learned vectors in place of the name. Terms such as <c>semantic-refinement</c>
/// read them in the training <c>clims</c>.
/// </summary>
[PoleModule("background-prompts")]
public sealed record BackgroundPromptsOptions : IModuleOptions<Stage>, ILearnsBackgrounds, ICrossChecked
{
    /// <summary>Learned vectors of each class.</summary>
    [Range(1, 75)] public int Tokens { get; init; } = 30;

    /// <summary>What the prompts are trained by. Left out: <c>contrastive-prompt</c> with its defaults, and a <c>min-max-constant</c> of 1e-4.</summary>
    public ObjectiveOptions Objective { get; init; } = new() { Terms = [new ContrastivePromptOptions()], MinMaxConstant = 1e-4 };

    /// <summary>Its learning rate is that of the vectors; there is no head.</summary>
    public required TrainingOptions Training { get; init; }

    public Stage Create(ModuleContext context) => new BackgroundPromptsStage(this);

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        if (Training.WithoutOptimizer($"{path}.training") is { } undecided) yield return undecided;
        if (experiment.Objective is not { ReadsLearntBackgrounds: true }) yield return new SpecConflict(path, "nothing reads the prompts that it learns: give clims and objective with the term semantic-refinement, or leave the stage out");
        if (!Objective.ReadsLearntBackgrounds) yield return new SpecConflict($"{path}.objective", "no term of it trains the prompts: give contrastive-prompt");
        if (experiment is not { Clip: { } clip, Prompt: { } prompt }) yield break;
        var shape = ClipShape.Of(clip);
        if (shape.TextSpace is not null)
            yield return new SpecConflict(path, $"{PoleModuleAttribute.NameOf(clip)} has embeddings of names and no text tower, so that no prompt can be learnt: use a clip with published weights, such as vit-b-32, or leave the stages and semantic-refinement out");
        else if (Words(prompt.Template) + Tokens > shape.ContextLength - 2)
            yield return new SpecConflict($"{path}.tokens", $"{Tokens} learned tokens and {Words(prompt.Template)} words of \"{prompt.Template}\" do not fit into the {shape.ContextLength - 2} tokens that the clip reads besides start and end: give fewer than {shape.ContextLength - 1 - Words(prompt.Template)}, and one less for each sign such as '.' that the clip's tokenizer counts");
    }

    /// <summary>Of a template, besides the name: the least number of its tokens.</summary>
    private static int Words(string template) => template.Replace("{}", "x", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries).Length - 1;
}
