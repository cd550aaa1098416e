using System.Runtime;

namespace Pole;

/// <summary>
/// A stretch of code that calls TorchSharp while other threads allocate, and in which no garbage is collected: see
/// <see cref="ReadAhead"/>. The collection happens at its beginning instead, and takes a few milliseconds.
/// </summary>
public sealed class CollectionPause : IDisposable
{
    /// <summary>Bounds of what may be allocated in a pause, in bytes. Past it a collection happens all the same.</summary>
    private const long Least = 32_000_000, Most = 240_000_000;

    private readonly bool entered;

    private CollectionPause(bool entered) => this.entered = entered;

    /// <summary>Pauses nest; the outermost counts.</summary>
    /// <param name="workers">Threads that prepare beside the caller; without any, a collection can only happen between operators, and there is no pause.</param>
    /// <param name="bytes">About what one of them allocates for one item; two items may fall into one pause.</param>
    public static CollectionPause Begin(int workers, long bytes) =>
        new(workers > 0 && GCSettings.LatencyMode != GCLatencyMode.NoGCRegion && GC.TryStartNoGCRegion(Math.Clamp(2 * workers * bytes, Least, Most)));

    public void Dispose()
    {
        if (entered && GCSettings.LatencyMode == GCLatencyMode.NoGCRegion) GC.EndNoGCRegion();
    }
}
