using static TorchSharp.torch;

namespace Pole.Zoo.Clip;

/// <summary>The last block of a transformer, at the output of its ln_1: what is before it has run, what is after it runs once more for every gradient.</summary>
/// <param name="states">Input of the block, <c>[1, L, width]</c>; owned.</param>
/// <param name="normed">Output of ln_1, <c>[1, L, width]</c>; owned.</param>
/// <param name="projected">Queries, keys and values of it; owned.</param>
/// <param name="attentions">Owned.</param>
/// <param name="outputs">Owned.</param>
/// <param name="finish">From the three and offsets to the output of the block.</param>
internal sealed class OpenedBlock(Tensor states, Tensor normed, Tensor projected, IReadOnlyList<Tensor> attentions, IReadOnlyList<Tensor> outputs, Func<Tensor, Tensor, Tensor, Tensor> finish) : IDisposable
{
    /// <summary>Output of ln_1, <c>[1, L, width]</c>.</summary>
    public Tensor Normed => normed;

    /// <summary>Mean attention of the heads of the last blocks, <c>[L, L]</c> each, the last block's last.</summary>
    public IReadOnlyList<Tensor> Attentions => attentions;

    /// <summary>Outputs of the blocks before it, <c>[1, L, width]</c> each; empty where they were not kept.</summary>
    public IReadOnlyList<Tensor> Outputs => outputs;

    /// <summary>The output of the block at every place but the first.</summary>
    /// <param name="offsets"><c>[rows, width]</c>: each is added to the output of ln_1 of these places. What the block's input adds past ln_1 stays as it is.</param>
    /// <returns><c>[rows, L − 1, width]</c>.</returns>
    public Tensor Finish(Tensor offsets) => finish(states, projected, offsets);

    public void Dispose()
    {
        foreach (var tensor in (Tensor[])[states, normed, projected, .. attentions, .. outputs]) tensor.Dispose();
    }
}
