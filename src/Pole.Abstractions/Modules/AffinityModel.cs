using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole;

/// <summary>Learns from confident labels which cells of an image belong together: pairwise affinities, the transition weights of the random walk. Made on a backbone, which it owns.</summary>
public abstract class AffinityModel(string name) : nn.Module(name)
{
    /// <summary>Input pixels a cell.</summary>
    public abstract int Stride { get; }

    public abstract IEnumerable<Parameter> BaseParameters { get; }

    /// <summary>Parameters that learn <see cref="TrainingOptions.HeadLrMultiplier"/> times as fast.</summary>
    public abstract IEnumerable<Parameter> HeadParameters { get; }

    /// <summary>The loss of a batch: a scalar.</summary>
    /// <param name="images"><c>[N, 3, H, W]</c>, ImageNet-normalised.</param>
    /// <param name="labels">One map an image, of its cells: 255 where a label cannot be trusted.</param>
    public abstract Tensor Loss(Tensor images, IReadOnlyList<LabelMap> labels);

    /// <summary>Called after training, for what is measured over the training images.</summary>
    /// <param name="images">Number of images.</param>
    /// <param name="load">Loads one as <c>[1, 3, H, W]</c>, ImageNet-normalised; the caller owns it.</param>
    public virtual void Calibrate(int images, Func<int, Tensor> load)
    {
    }

    /// <param name="image"><c>[3, H, W]</c>, ImageNet-normalised.</param>
    /// <param name="crop">Side of the squares that were trained on, in pixels.</param>
    public abstract CellAffinities Affinities(Tensor image, int crop);
}
