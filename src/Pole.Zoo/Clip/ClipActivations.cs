using static TorchSharp.torch;

namespace Pole.Zoo.Clip;

/// <summary>
/// What Grad-CAM (Selvaraju et al. 2017) needs of one image in the image tower of a CLIP: the features of a late layer, and the embedding as a function of them. Of a ViT these are the output of ln_1 in
/// the last block, and the embedding is that of the patches' mean (CLIP-ES, CVPR 2023; linyq2117/CLIP-ES); of a ResNet, the input and output of the attention pooling.
/// </summary>
public abstract class ClipActivations : IDisposable
{
    /// <summary>Rows of cells.</summary>
    public abstract int Rows { get; }

    /// <summary>Cells of a row.</summary>
    public abstract int Columns { get; }

    /// <summary><c>[Rows · Columns, channels]</c>, without gradient.</summary>
    public abstract Tensor Features { get; }

    /// <summary>Mean attention of the heads of the last blocks of a ViT, cells × cells each, the last block's last; empty where none was asked for.</summary>
    public abstract IReadOnlyList<Tensor> Attentions { get; }

    /// <summary>Outputs of the blocks of a ViT before its last, <c>[Rows · Columns, width]</c> each; empty where they were not asked for.</summary>
    public virtual IReadOnlyList<Tensor> BlockOutputs => [];

    /// <summary>The embedding, had the features of every cell been others.</summary>
    /// <param name="offsets"><c>[rows, channels]</c>: each is added to the features of all cells. So its gradient is the sum of the cells' gradients.</param>
    /// <returns><c>[rows, D]</c>, not normalised, in 32 bits.</returns>
    public abstract Tensor Embed(Tensor offsets);

    public abstract void Dispose();
}
