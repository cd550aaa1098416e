using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pole.Pipeline.Refinement;

/// <summary>
/// A Gaussian kernel between the points of a lattice, for several labels a point: <see cref="Clear"/>, <see cref="Splat"/> all points, <see cref="Blur"/>, and <see cref="Slice"/> them. Not on two threads at the same time.
/// </summary>
/// <param name="normalisation">A factor a point, of what it sends and of what it receives.</param>
/// <param name="stride">Labels of a point and of a vertex, in whole vectors.</param>
/// <param name="weight">The kernel's.</param>
/// <param name="leaveOpen">Whether lattice and normalisation are not disposed of with the filter.</param>
internal sealed class LatticeFilter<TLanes>(PermutohedralLattice lattice, AlignedBuffer normalisation, int stride, float weight, bool leaveOpen = false) : IDisposable where TLanes : struct, ILabelLanes<TLanes>
{
    private readonly float alpha = 1 / (1 + MathF.Pow(2, 1 - lattice.Corners));

    /// <summary>Values at the vertices before and after a step.</summary>
    private AlignedBuffer current = NewValues(lattice, stride), next = NewValues(lattice, stride);

    /// <summary>Forgets what was splatted before.</summary>
    public void Clear() => current.Values.Clear();

    public void Dispose()
    {
        current.Dispose();
        next.Dispose();
        if (leaveOpen) return;
        lattice.Dispose();
        normalisation.Dispose();
    }

    /// <summary>Adds some points' values to their vertices.</summary>
    /// <param name="values">Points × stride.</param>
    /// <param name="first">The first of the points.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Splat(ReadOnlySpan<float> values, int first)
    {
        var corners = lattice.Corners;
        ref var vertex = ref lattice.Vertices[first * corners];
        ref var weights = ref lattice.Weights[first * corners];
        ref var factor = ref normalisation.Values[first];
        ref var value = ref MemoryMarshal.GetReference(values);
        ref var target = ref MemoryMarshal.GetReference(current.Values);
        for (nint point = 0; point < values.Length; point += stride)
        {
            for (nint lane = 0; lane < stride; lane += TLanes.Count)
            {
                var own = TLanes.Load(ref value, point + lane) * TLanes.Fill(factor);
                for (nint corner = 0; corner < corners; corner++)
                {
                    var at = (nint)Unsafe.Add(ref vertex, corner) * stride + lane;
                    (TLanes.Load(ref target, at) + own * TLanes.Fill(Unsafe.Add(ref weights, corner))).Store(ref target, at);
                }
            }

            vertex = ref Unsafe.Add(ref vertex, corners);
            weights = ref Unsafe.Add(ref weights, corners);
            factor = ref Unsafe.Add(ref factor, 1);
        }
    }

    /// <summary>Adds half of both neighbours to each vertex, axis by axis.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Blur()
    {
        var (half, end) = (TLanes.Fill(0.5f), (nint)lattice.Count * stride);
        ref var neighbour = ref MemoryMarshal.GetArrayDataReference(lattice.Neighbours);
        for (var axis = 0; axis < lattice.Corners; axis++)
        {
            ref var source = ref MemoryMarshal.GetReference(current.Values);
            ref var target = ref MemoryMarshal.GetReference(next.Values);
            for (nint own = 0; own < end; own += stride)
            {
                var (before, after) = ((nint)neighbour * stride, (nint)Unsafe.Add(ref neighbour, 1) * stride);
                for (nint lane = 0; lane < stride; lane += TLanes.Count)
                    (TLanes.Load(ref source, own + lane) + half * (TLanes.Load(ref source, before + lane) + TLanes.Load(ref source, after + lane))).Store(ref target, own + lane);
                neighbour = ref Unsafe.Add(ref neighbour, 2);
            }

            (current, next) = (next, current);
        }
    }

    /// <summary>Adds to some points' scores what they receive from their vertices.</summary>
    /// <param name="scores">Points × stride.</param>
    /// <param name="first">The first of the points.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Slice(Span<float> scores, int first)
    {
        var corners = lattice.Corners;
        ref var vertex = ref lattice.Vertices[first * corners];
        ref var weights = ref lattice.Weights[first * corners];
        ref var factor = ref normalisation.Values[first];
        ref var score = ref MemoryMarshal.GetReference(scores);
        ref var source = ref MemoryMarshal.GetReference(current.Values);
        for (nint point = 0; point < scores.Length; point += stride)
        {
            for (nint lane = 0; lane < stride; lane += TLanes.Count)
            {
                var sum = TLanes.Zero;
                for (nint corner = 0; corner < corners; corner++)
                    sum += TLanes.Load(ref source, (nint)Unsafe.Add(ref vertex, corner) * stride + lane) * TLanes.Fill(alpha * Unsafe.Add(ref weights, corner));
                (TLanes.Load(ref score, point + lane) + sum * TLanes.Fill(factor) * TLanes.Fill(weight)).Store(ref score, point + lane);
            }

            vertex = ref Unsafe.Add(ref vertex, corners);
            weights = ref Unsafe.Add(ref weights, corners);
            factor = ref Unsafe.Add(ref factor, 1);
        }
    }

    /// <summary>One more vertex, which stays zero, stands for neighbours that do not exist.</summary>
    private static AlignedBuffer NewValues(PermutohedralLattice lattice, int stride)
    {
        var values = new AlignedBuffer((lattice.Count + 1) * stride);
        values.Values.Clear();
        return values;
    }
}
