using System.Runtime;

namespace Pole;

/// <summary>
/// A stretch of code that calls TorchSharp while other threads allocate, and in which no garbage is collected: see
/// <see cref="ReadAhead"/>. The collection happens at its beginning instead, and takes a few milliseconds.
/// </summary>
public sealed class CollectionPause : IDisposable
{
    /// <summary>What may be allocated in a pause, in bytes: several batches of decoded images. Past it a collection happens all the same.</summary>
    private const long Budget = 240_000_000;

    private readonly bool entered;

    private CollectionPause(bool entered) => this.entered = entered;

    /// <summary>Pauses nest; the outermost counts.</summary>
    public static CollectionPause Begin() => new(GCSettings.LatencyMode != GCLatencyMode.NoGCRegion && GC.TryStartNoGCRegion(Budget));

    public void Dispose()
    {
        if (entered && GCSettings.LatencyMode == GCLatencyMode.NoGCRegion) GC.EndNoGCRegion();
    }
}
