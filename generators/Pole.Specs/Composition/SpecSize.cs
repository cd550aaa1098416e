using System.Runtime.CompilerServices;
using Pole.Specs.Yaml;

namespace Pole.Specs.Composition;

/// <summary>
/// How large specs are once everything that they share is written out. Files and references may meet the same value many times; it is one value in memory, and would be very many for whoever reads the whole.
/// </summary>
internal sealed class SpecSize
{
    /// <summary>Values of one spec: a hundred times those of the largest one here.</summary>
    public const long Most = 20_000;

    /// <summary>Points of a sweep, whatever its <c>limit</c> says: each is compiled.</summary>
    public const long MostPoints = 10_000;

    /// <summary>Values of all points of a sweep together.</summary>
    public const long MostOfPoints = 2_000_000;

    private readonly Dictionary<YamlNode, long> sizes = new(new ByReference());

    public long Of(YamlNode node)
    {
        if (sizes.TryGetValue(node, out var known)) return known;
        var size = 1 + (node switch
        {
            YamlMap map => map.Entries.Sum(entry => Of(entry.Value)),
            YamlList list => list.Items.Sum(Of),
            _ => 0,
        });
        // Beyond the bound nobody asks how far.
        return sizes[node] = Math.Min(size, long.MaxValue / int.MaxValue);
    }

    private sealed class ByReference : IEqualityComparer<YamlNode>
    {
        public bool Equals(YamlNode one, YamlNode other) => ReferenceEquals(one, other);

        public int GetHashCode(YamlNode node) => RuntimeHelpers.GetHashCode(node);
    }
}
