namespace Pole.Zoo.Prompts.Selection;

/// <summary>Highest mean score per class: one name for all images of a class. The ablation of selecting per image.</summary>
[PoleModule("best-per-class")]
public sealed record BestPerClassOptions : IModuleOptions<ISelectionRule>
{
    public ISelectionRule Create(ModuleContext context) => new Rule();

    private sealed class Rule : ISelectionRule
    {
        public IReadOnlyList<int> Choose(IReadOnlyList<NameCandidates> candidates)
        {
            var best = candidates.GroupBy(candidate => candidate.Class).ToDictionary(group => group.Key, group => Enumerable.Range(0, group.First().Names.Count).MaxBy(name => group.Sum(candidate => candidate.Scores[name])));
            return [.. candidates.Select(candidate => best[candidate.Class])];
        }
    }
}
