using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pole.Pipeline.Refinement;

/// <summary>Rented numbers that begin at a cache line, so that no vector among them lies across two: one that does is slow to be read after it was written.</summary>
internal sealed class AlignedBuffer : IDisposable
{
    private const int CacheLine = 64 / sizeof(float);

    private readonly float[] rented;
    private readonly int length, offset;

    public AlignedBuffer(int length)
    {
        (this.length, rented) = (length, ArrayPool<float>.Shared.Rent(length + CacheLine - 1));

        // The pool's large arrays stay where they are; one that moves is slower, no more.
        var address = Unsafe.ByteOffset(ref Unsafe.NullRef<float>(), ref MemoryMarshal.GetArrayDataReference(rented)) / sizeof(float);
        offset = (int)((CacheLine - address % CacheLine) % CacheLine);
    }

    public Span<float> Values => rented.AsSpan(offset, length);

    public void Dispose() => ArrayPool<float>.Shared.Return(rented);
}
