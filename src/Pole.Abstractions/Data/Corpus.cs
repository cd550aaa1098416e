namespace Pole;

/// <summary>
/// Names for each class: the ground-truth name first, then its synonyms from closest to farthest (a YAML file under
/// <c>experiments/corpora</c>).
/// </summary>
public sealed record Corpus
{
    public required string Name { get; init; }

    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Names { get; init; }

    /// <summary>The first <paramref name="count"/> names of a class; index 0 is the ground-truth name.</summary>
    /// <exception cref="ExperimentException">The class is not in the corpus, or has fewer names.</exception>
    public IReadOnlyList<string> Take(string className, int count) =>
        !Names.TryGetValue(className, out var names) ? throw new ExperimentException($"corpus '{Name}' has no class '{className}'")
        : names.Count < count ? throw new ExperimentException($"corpus '{Name}' has {names.Count} names for '{className}', {count} asked for")
        : [.. names.Take(count)];

    /// <summary>
    /// The published rule for a raw list of words (rB080/WSS_POLE, sim_test.ipynb): lower-case, drop the first occurrence of
    /// the class name. Here the class name comes first instead of last, and the number of names is cut by <see cref="Take"/>.
    /// </summary>
    public static IReadOnlyList<string> FromRawWords(string groundTruthName, IEnumerable<string> words)
    {
        var names = words.Select(word => word.ToLowerInvariant()).ToList();
        names.Remove(groundTruthName);
        return [groundTruthName, .. names];
    }
}
