using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pole.Pipeline.Refinement;

/// <summary>Eight labels at a time, where there are more than four.</summary>
internal readonly struct EightLabels(Vector256<float> lanes) : ILabelLanes<EightLabels>
{
    private readonly Vector256<float> lanes = lanes;

    public static int Count => 8;

    public static EightLabels Zero => new(Vector256<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightLabels Load(ref float first, nint offset) => new(Vector256.LoadUnsafe(ref first, (nuint)offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightLabels operator +(EightLabels one, EightLabels other) => new(one.lanes + other.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightLabels operator -(EightLabels one, EightLabels other) => new(one.lanes - other.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightLabels operator *(EightLabels one, EightLabels other) => new(one.lanes * other.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightLabels operator /(EightLabels one, EightLabels other) => new(one.lanes / other.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightLabels Max(EightLabels one, EightLabels other) => new(Vector256.Max(one.lanes, other.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightLabels Exp(EightLabels value) => new(Vector256.Exp(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightLabels Fill(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float first, nint offset) => lanes.StoreUnsafe(ref first, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Largest() => new FourLabels(Vector128.Max(lanes.GetLower(), lanes.GetUpper())).Largest();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => new FourLabels(lanes.GetLower() + lanes.GetUpper()).Sum();
}
