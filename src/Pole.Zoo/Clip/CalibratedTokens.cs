using static TorchSharp.torch;

namespace Pole.Zoo.Clip;

/// <summary>The tokens of one image in a ViT, calibrated (<see cref="ClipNetwork.Calibrate"/>).</summary>
/// <param name="tokens">Owned.</param>
/// <param name="attentions">Owned.</param>
public sealed class CalibratedTokens(Tensor tokens, IReadOnlyList<Tensor> attentions, int rows, int columns) : IDisposable
{
    /// <summary>In the space of the texts: the class token, then the patches row by row, <c>[1 + Rows · Columns, D]</c>, not normalised, in 32 bits.</summary>
    public Tensor Tokens => tokens;

    /// <summary>Mean attention of the heads of the last blocks, patches × patches each, the last block's last.</summary>
    public IReadOnlyList<Tensor> Attentions => attentions;

    /// <summary>Rows of patches.</summary>
    public int Rows => rows;

    /// <summary>Patches of a row.</summary>
    public int Columns => columns;

    public void Dispose()
    {
        foreach (var tensor in (Tensor[])[tokens, .. attentions]) tensor.Dispose();
    }
}
