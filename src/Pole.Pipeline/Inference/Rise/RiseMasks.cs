using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference.Rise;

/// <summary>The random masks of RISE: a coarse grid of shown and hidden cells, enlarged and shifted by less than a cell, so that their edges fall everywhere.</summary>
internal sealed class RiseMasks : IDisposable
{
    private readonly Tensor grids;
    private readonly long[] shifts;
    private readonly int side, cell;

    /// <param name="side">Of the masks, in pixels.</param>
    public RiseMasks(RiseOptions options, int side, Device device)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)options.Seed, CPU);
        this.side = side;
        cell = (side + options.Cells - 1) / options.Cells;
        grids = rand([options.Masks, 1, options.Cells, options.Cells], device: CPU, generator: generator).lt(options.Probability).to_type(ScalarType.Float32).to(device).DetachFromDisposeScope();
        shifts = randint(0, cell, [2L * options.Masks], int64, device: CPU, generator: generator).data<long>().ToArray();
    }

    public int Count => shifts.Length / 2;

    /// <summary>Some of the masks, <c>[count, 1, side, side]</c>, 0…1.</summary>
    public Tensor Take(int first, int count)
    {
        using var scope = NewDisposeScope();
        var enlarged = (grids.shape[2] + 1) * cell;
        var masks = nn.functional.interpolate(grids[TensorIndex.Slice(first, first + count)], [enlarged, enlarged], mode: InterpolationMode.Bilinear, align_corners: false);
        return stack(Enumerable.Range(0, count).Select(mask => Shifted(masks[mask], shifts[2 * (first + mask)], shifts[2 * (first + mask) + 1])), 0).MoveToOuterDisposeScope();
    }

    public void Dispose() => grids.Dispose();

    private Tensor Shifted(Tensor mask, long top, long left) => mask[TensorIndex.Colon, TensorIndex.Slice(top, top + side), TensorIndex.Slice(left, left + side)];
}
