using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Pole.Pipeline.Refinement;

/// <summary>
/// Vertices of a lattice by their coordinates, which are packed into one integer: open addressing, as many slots as the vertices need. Keys are looked up several at a time, first the slot where each should be, so that the
/// memory answers all of them at once.
/// </summary>
internal sealed class VertexTable<TKey> : IDisposable where TKey : unmanaged, IBinaryInteger<TKey>
{
    private const int First = 1 << 12;

    private TKey[] keys = ArrayPool<TKey>.Shared.Rent(First / 2);
    private Slot[] slots = NewSlots(First);
    private int mask = First - 1;

    /// <summary>The most keys in one look-up.</summary>
    public const int Batch = 64;

    public int Count { get; private set; }

    /// <summary>Keys of the vertices, in the order of their first appearance.</summary>
    public ReadOnlySpan<TKey> Keys => keys.AsSpan(0, Count);

    public void Dispose()
    {
        ArrayPool<TKey>.Shared.Return(keys);
        ArrayPool<Slot>.Shared.Return(slots);
    }

    /// <summary>Looks keys up, adds those that are missing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void FindOrAdd(ReadOnlySpan<TKey> wanted, Span<int> vertices)
    {
        Span<Slot> homes = stackalloc Slot[Batch];
        for (var index = 0; index < wanted.Length; index++) homes[index] = slots[Home(wanted[index])];
        for (var index = 0; index < wanted.Length; index++)
            vertices[index] = homes[index].Number != 0 && homes[index].Key == wanted[index] ? homes[index].Number - 1 : FindOrAdd(wanted[index]);
    }

    /// <summary>Looks keys up.</summary>
    /// <param name="vertices">−1 where there is none.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Find(ReadOnlySpan<TKey> wanted, Span<int> vertices)
    {
        Span<Slot> homes = stackalloc Slot[Batch];
        for (var index = 0; index < wanted.Length; index++) homes[index] = slots[Home(wanted[index])];
        for (var index = 0; index < wanted.Length; index++)
            vertices[index] = homes[index].Number == 0 || homes[index].Key == wanted[index] ? homes[index].Number - 1 : slots[Search(wanted[index])].Number - 1;
    }

    private int FindOrAdd(TKey key)
    {
        var slot = Search(key);
        if (slots[slot].Number != 0) return slots[slot].Number - 1;
        if (Count * 2 > mask) Grow();
        keys[Count++] = key;
        slots[Search(key)] = new Slot(key, Count);
        return Count - 1;
    }

    /// <summary>The slot that has the key, or else where it would go.</summary>
    private int Search(TKey key)
    {
        var slot = Home(key);
        while (slots[slot].Number != 0 && slots[slot].Key != key) slot = (slot + 1) & mask;
        return slot;
    }

    /// <summary>Mixes all bits (the finaliser of Stafford's mixers): coordinates of neighbours differ in few.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Home(TKey key)
    {
        var bits = ulong.CreateTruncating(key);
        if (typeof(TKey) == typeof(UInt128)) bits ^= BitOperations.RotateLeft(ulong.CreateTruncating(key >> 64) * 0x9E3779B97F4A7C15, 29);
        bits *= 0x9E3779B97F4A7C15;
        bits = (bits ^ (bits >> 32)) * 0xD6E8FEB86659FD93;
        return (int)(bits >> 32) & mask;
    }

    private void Grow()
    {
        var (fewerKeys, fewerSlots) = (keys, slots);
        keys = ArrayPool<TKey>.Shared.Rent(mask + 1);
        fewerKeys.AsSpan(0, Count).CopyTo(keys);
        ArrayPool<TKey>.Shared.Return(fewerKeys);
        mask = mask * 2 + 1;
        slots = NewSlots(mask + 1);
        ArrayPool<Slot>.Shared.Return(fewerSlots);
        for (var vertex = 0; vertex < Count; vertex++) slots[Search(keys[vertex])] = new Slot(keys[vertex], vertex + 1);
    }

    private static Slot[] NewSlots(int count)
    {
        var slots = ArrayPool<Slot>.Shared.Rent(count);
        slots.AsSpan(0, count).Clear();
        return slots;
    }

    /// <param name="Number">Of the vertex, from 1; 0 where there is none.</param>
    private readonly record struct Slot(TKey Key, int Number);
}
