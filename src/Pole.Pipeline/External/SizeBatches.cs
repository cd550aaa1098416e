namespace Pole.Pipeline.External;

/// <summary>Items of one size put together, without holding many: a batch is due when it is full, or when too many wait for others of their size.</summary>
internal static class SizeBatches
{
    /// <summary>Batches' worth of items that wait at most.</summary>
    private const int Waiting = 4;

    /// <param name="items">Asked for as the batches are.</param>
    /// <param name="most">Items of a batch.</param>
    /// <returns>Every item once.</returns>
    public static IEnumerable<IReadOnlyList<T>> Of<T>(IEnumerable<T> items, Func<T, (int Width, int Height)> sizeOf, int most)
    {
        var (waiting, count) = (new Dictionary<(int, int), List<T>>(), 0);
        foreach (var item in items)
        {
            var size = sizeOf(item);
            if (!waiting.TryGetValue(size, out var batch)) waiting[size] = batch = [];
            batch.Add(item);
            count++;
            if (batch.Count < most && count < Waiting * most) continue;
            var due = batch.Count == most ? size : waiting.MaxBy(entry => entry.Value.Count).Key;
            waiting.Remove(due, out var full);
            count -= full!.Count;
            yield return full;
        }

        foreach (var rest in waiting.Values) yield return rest;
    }
}
