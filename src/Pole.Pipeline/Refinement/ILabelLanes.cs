using System.Numerics;

namespace Pole.Pipeline.Refinement;

/// <summary>
/// Several labels of a pixel or a vertex, in one vector of a fixed width; pixels and vertices have whole vectors of them. Operations are lane by lane, each rounded (no fused multiply-add), and sums over lanes have
/// one order, so that results do not depend on which vectors a processor has.
/// </summary>
internal interface ILabelLanes<TSelf> :
    IAdditionOperators<TSelf, TSelf, TSelf>, ISubtractionOperators<TSelf, TSelf, TSelf>, IMultiplyOperators<TSelf, TSelf, TSelf>, IDivisionOperators<TSelf, TSelf, TSelf>
    where TSelf : struct, ILabelLanes<TSelf>
{
    /// <summary>Labels in a vector.</summary>
    static abstract int Count { get; }

    static abstract TSelf Zero { get; }

    static abstract TSelf Fill(float value);

    static abstract TSelf Load(ref float first, nint offset);

    static abstract TSelf Max(TSelf one, TSelf other);

    static abstract TSelf Exp(TSelf value);

    void Store(ref float first, nint offset);

    float Largest();

    float Sum();
}
