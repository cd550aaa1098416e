using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Adaptors;

/// <summary>
/// f' = α·A(f) + (1 − α)·f with A a bottleneck of two linear layers without bias, each followed by ReLU (CLIP-Adapter, Gao et al. 2021;
/// gaopengcuhk/CLIP-Adapter, clip_adapter.py, class Adapter). A bias would let the adaptor please any judge without looking.
/// At a fixed ratio of 0 it has no parameters and returns its input itself. <c>[N, D]</c> to <c>[N, D]</c>.
/// </summary>
public sealed class ResidualAdaptor : Adaptor
{
    private readonly double ratio;
    private readonly LearnableRatio? learnable;
    private readonly Parameter? theta;
    private readonly Linear? down;
    private readonly Linear? up;

    /// <param name="size">D.</param>
    /// <param name="ratio">α, at the start where it is learnable.</param>
    /// <param name="reduction">D over the width of the bottleneck.</param>
    /// <param name="learnable">Null for a fixed ratio.</param>
    public ResidualAdaptor(int size, double ratio, int reduction = 4, LearnableRatio? learnable = null) : base("ResidualAdaptor")
    {
        (this.ratio, this.learnable) = (ratio, learnable);
        if (ratio == 0 && learnable is null) return;
        down = nn.Linear(size, size / reduction, hasBias: false);
        up = nn.Linear(size / reduction, size, hasBias: false);
        register_module("down", down);
        register_module("up", up);
        if (learnable is null) return;
        theta = new Parameter(tensor((float)(learnable == LearnableRatio.Sigmoid ? Math.Log(ratio / (1 - ratio)) : ratio)));
        register_parameter("ratio", theta);
    }

    public override Tensor? LearnedRatio => theta is null ? null : learnable == LearnableRatio.Sigmoid ? theta.sigmoid() : theta.alias();

    public override Tensor forward(Tensor features)
    {
        if (down is null || up is null) return features;
        using var scope = NewDisposeScope();
        var adapted = up.call(down.call(features).relu_()).relu_();
        return (LearnedRatio is { } learned ? adapted * learned + features * (1 - learned) : adapted * ratio + features * (1 - ratio)).MoveToOuterDisposeScope();
    }
}
