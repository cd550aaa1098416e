using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;

namespace Pole.Zoo.Prompts.Selection;

/// <summary>Uniformly random per image and class, and the same in every run: the control.</summary>
[PoleModule("random")]
public sealed record RandomNameOptions : IModuleOptions<ISelectionRule>
{
    /// <summary>Seed of the draw, independent of the experiment's seed.</summary>
    [Range(0, int.MaxValue)] public int Seed { get; init; }

    public ISelectionRule Create(ModuleContext context) => new Rule(Seed);

    private sealed class Rule(int seed) : ISelectionRule
    {
        public bool ReadsScores => false;

        public IReadOnlyList<int> Choose(IReadOnlyList<NameCandidates> candidates) => [.. candidates.Select(Draw)];

        /// <summary>Derived from a hash, so that adding or removing an image does not affect the others.</summary>
        private int Draw(NameCandidates candidate)
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{seed}/{candidate.Class}/{candidate.Image}")));
            return (int)(BitConverter.ToUInt64(hash) % (ulong)candidate.Names.Count);
        }
    }
}
