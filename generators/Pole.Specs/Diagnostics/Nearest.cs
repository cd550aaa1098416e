namespace Pole.Specs.Diagnostics;

/// <summary>"Did you mean…": the candidate with the smallest edit distance, where it is small enough to be a typo.</summary>
public static class Nearest
{
    public static string? Of(string word, IEnumerable<string> candidates)
    {
        var best = candidates.Select(candidate => (candidate, distance: Distance(word, candidate))).OrderBy(entry => entry.distance).FirstOrDefault();
        return best.candidate is not null && best.distance <= Math.Max(2, word.Length / 3) ? best.candidate : null;
    }

    /// <summary>"; did you mean 'x'?", or the list of candidates where none is near.</summary>
    public static string Hint(string word, IEnumerable<string> candidates, string listTitle)
    {
        var all = candidates.OrderBy(candidate => candidate, StringComparer.Ordinal).ToList();
        return Of(word, all) is { } near ? $"; did you mean '{near}'?" : all.Count == 0 ? "; there are none" : $"; {listTitle} {string.Join(", ", all)}";
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
