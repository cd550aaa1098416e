using static TorchSharp.torch;

namespace Pole.Zoo.Cam;

/// <summary>
/// Class-aware attention-based affinity (CAA; Lin et al., CVPR 2023; linyq2117/CLIP-ES, generate_cams_voc12.py, compute_trans_mat and perform): a CAM goes along the attention between the patches of an image, from the
/// rectangles around what is strong in it.
/// </summary>
public sealed class ClassAwareAffinity : IDisposable
{
    private const int Normalisations = 3;

    private readonly Tensor transitions;
    private readonly int squarings;

    /// <summary>Makes the transitions D of the attention: its columns and then its rows are divided by their sums, three times; then (D + Dᵀ) / 2.</summary>
    /// <param name="attention">Between patches, <c>[N, N]</c>, each above 0.</param>
    /// <param name="squarings">How often D is squared.</param>
    public ClassAwareAffinity(Tensor attention, int squarings)
    {
        this.squarings = squarings;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var balanced = attention;
        for (var time = 0; time < Normalisations; time++)
        {
            balanced = balanced / balanced.sum(0, keepdim: true);
            balanced = balanced / balanced.sum(1, keepdim: true);
        }

        transitions = ((balanced + balanced.t()) / 2).DetachFromDisposeScope();
    }

    /// <summary>D, squared, times the CAM inside the rectangles; from 0 to 1.</summary>
    /// <param name="cam"><c>[h, w]</c> of N patches, 0…1.</param>
    /// <param name="threshold">λ, of the strongest step of the CAM: see <see cref="CamRectangles"/>.</param>
    /// <returns><c>[h, w]</c>; 0 where there is no rectangle.</returns>
    public Tensor Refine(Tensor cam, double threshold)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (rows, columns) = ((int)cam.shape[0], (int)cam.shape[1]);
        var inside = tensor(CamRectangles.Inside(cam.ToFloats(), columns, rows, threshold), [rows, columns], device: cam.device);
        var refined = (cam * inside).reshape(-1, 1);
        // A square of D is never made: a vector goes through D twice.
        for (var step = 0; step < 1 << squarings; step++) refined = transitions.matmul(refined);
        return MapScale.MinMax(refined.view(rows, columns)).MoveToOuterDisposeScope();
    }

    public void Dispose() => transitions.Dispose();
}
