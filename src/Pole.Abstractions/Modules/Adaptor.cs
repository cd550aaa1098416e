using static TorchSharp.torch;

namespace Pole;

/// <summary>A small network behind a frozen CLIP, trained with the CAM network: embeddings <c>[N, D]</c> to embeddings <c>[N, D]</c>, not normalised.</summary>
public abstract class Adaptor(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>Mixing ratio of adapted and original embeddings, a scalar, for the curves of the training; null where it is fixed or there is none.</summary>
    public virtual Tensor? LearnedRatio => null;
}
