namespace Pole;

/// <summary>Prepares what a loop needs next on other threads, in order and not more than a few ahead.</summary>
public static class ReadAhead
{
    /// <param name="workers">How many items are prepared at once; 0 prepares each when it is asked for.</param>
    /// <param name="prepare">Called with 0 … count − 1, on any thread; must not make tensors.</param>
    /// <returns>The items in their order. An error of one is thrown when its turn comes.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IEnumerable<T> Run<T>(int count, int workers, CancellationToken cancellation, Func<int, T> prepare)
    {
        var pending = new Queue<Task<T>>();
        var next = 0;
        try
        {
            while (next < count || pending.Count > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                if (workers == 0)
                {
                    yield return prepare(next++);
                    continue;
                }

                while (next < count && pending.Count < workers)
                {
                    var index = next++;
                    pending.Enqueue(Task.Run(() => prepare(index), CancellationToken.None));
                }

                yield return pending.Dequeue().GetAwaiter().GetResult();
            }
        }
        finally
        {
            // What is still being prepared must not run beside what follows the loop; its errors belong to items that nobody asked for.
            Task.WhenAll(pending).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Wait(CancellationToken.None);
        }
    }
}
