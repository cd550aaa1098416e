using static TorchSharp.torch;

namespace Pole.Pipeline.Inference.FrozenClip;

/// <summary>One image in a frozen CLIP: its pass is done once, maps of any texts are taken from it.</summary>
internal interface IFrozenClipImage : IDisposable
{
    /// <param name="texts">Normalised embeddings that each map's class competes among, <c>[maps, texts, D]</c>.</param>
    /// <param name="targets">Of each map, the place of its class among its texts.</param>
    /// <returns>From 0 to 1, of cells, <c>[maps, rows, columns]</c>.</returns>
    Tensor Maps(Tensor texts, IReadOnlyList<int> targets);

    /// <summary>Probabilities of texts in the whole image, by which the method weighs them.</summary>
    /// <param name="texts">Normalised embeddings, <c>[sets, texts, D]</c>.</param>
    /// <returns><c>[sets, texts]</c>; each row adds up to 1.</returns>
    Tensor Probabilities(Tensor texts);
}
