using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pole.Pipeline.Refinement;

/// <summary>Up to four labels: photographs have two or three.</summary>
internal readonly struct FourLabels(Vector128<float> lanes) : ILabelLanes<FourLabels>
{
    private readonly Vector128<float> lanes = lanes;

    public static int Count => 4;

    public static FourLabels Zero => new(Vector128<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourLabels Load(ref float first, nint offset) => new(Vector128.LoadUnsafe(ref first, (nuint)offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourLabels operator +(FourLabels one, FourLabels other) => new(one.lanes + other.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourLabels operator -(FourLabels one, FourLabels other) => new(one.lanes - other.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourLabels operator *(FourLabels one, FourLabels other) => new(one.lanes * other.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourLabels operator /(FourLabels one, FourLabels other) => new(one.lanes / other.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourLabels Max(FourLabels one, FourLabels other) => new(Vector128.Max(one.lanes, other.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourLabels Exp(FourLabels value) => new(Vector128.Exp(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourLabels Fill(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float first, nint offset) => lanes.StoreUnsafe(ref first, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Largest() => MathF.Max(MathF.Max(lanes[0], lanes[1]), MathF.Max(lanes[2], lanes[3]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
}
