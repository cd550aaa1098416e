namespace Pole.Zoo.Prompts.Selection;

/// <summary>Highest score per image: the name that CLIP finds most correlated with image × CAM (POLE; rB080/WSS_POLE, utils.py, get_similarity).</summary>
[PoleModule("best-per-image")]
public sealed record BestPerImageOptions : IModuleOptions<ISelectionRule>
{
    public ISelectionRule Create(ModuleContext context) => new Rule();

    private sealed class Rule : ISelectionRule
    {
        public IReadOnlyList<int> Choose(IReadOnlyList<NameCandidates> candidates) => [.. candidates.Select(candidate => candidate.Scores.Index().MaxBy(name => name.Item).Index)];
    }
}
