using System.Runtime.ExceptionServices;

namespace Pole;

/// <summary>
/// Decoding and rendering on every core while the calling thread waits.
/// </summary>
/// <remarks>
/// No managed thread may run beside one that calls TorchSharp: a number passed to an operator becomes a Scalar that nothing
/// references once its handle is read, and a collection that another thread sets off can finalise it before libtorch reads it
/// ("Unknown scalar type"; dotnet/TorchSharp pull request 1434). So work in parallel happens between tensor operations, not during them.
/// </remarks>
public static class ParallelWork
{
    /// <summary>Runs the body for 0 … count − 1 and throws the first error as itself, not wrapped.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void For(int count, CancellationToken cancellation, Action<int> body)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, body);
        }
        catch (AggregateException group)
        {
            ExceptionDispatchInfo.Throw(group.InnerExceptions[0]);
        }
    }
}
