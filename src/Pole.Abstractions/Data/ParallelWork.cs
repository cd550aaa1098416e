using System.Runtime.ExceptionServices;

namespace Pole;

/// <summary>Decoding and rendering on every core while the calling thread waits; <see cref="ReadAhead"/> does not wait.</summary>
public static class ParallelWork
{
    /// <summary>Runs the body for 0 … count − 1 and throws the first error as itself, not wrapped.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void For(int count, CancellationToken cancellation, Action<int> body)
    {
        try
        {
            // The pool adds threads where other processes take the cores; each would hold an image of its own.
            Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, body);
        }
        catch (AggregateException group)
        {
            ExceptionDispatchInfo.Throw(group.InnerExceptions[0]);
        }
    }
}
