using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Adaptors;

/// <summary>
/// f' = α·A(f) + (1 − α)·f with A a bottleneck of two linear layers without bias, each followed by ReLU (CLIP-Adapter, Gao et al. 2021;
/// gaopengcuhk/CLIP-Adapter, clip_adapter.py, class Adapter). A bias would let the adaptor please any judge without looking.
/// At ratio 0 it has no parameters and returns its input itself. <c>[N, D]</c> to <c>[N, D]</c>.
/// </summary>
public sealed class ResidualAdaptor : nn.Module<Tensor, Tensor>
{
    private readonly double ratio;
    private readonly Linear? down;
    private readonly Linear? up;

    public ResidualAdaptor(int size, double ratio, int reduction = 4) : base("ResidualAdaptor")
    {
        this.ratio = ratio;
        if (ratio == 0) return;
        down = nn.Linear(size, size / reduction, hasBias: false);
        up = nn.Linear(size / reduction, size, hasBias: false);
        register_module("down", down);
        register_module("up", up);
    }

    public override Tensor forward(Tensor features)
    {
        if (down is null || up is null) return features;
        using var scope = NewDisposeScope();
        var adapted = up.call(down.call(features).relu_()).relu_();
        return (adapted * ratio + features * (1 - ratio)).MoveToOuterDisposeScope();
    }
}
