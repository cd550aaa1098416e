using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Segmentation.WeClip;

/// <summary>
/// One map of several feature maps: each goes through two linear layers with a ReLU between them, side by side through a 1×1 convolution, and whole channels are dropped in training (zbf1991/WeCLIP, WeCLIP_model/segformer_head.py; after
/// SegFormer, Xie et al. 2021).
/// </summary>
internal sealed class FeatureFusion : nn.Module
{
    private readonly ModuleList<Projection> projections = new();
    private readonly Conv2d fuse;
    private readonly Dropout2d dropout;

    /// <param name="maps">Number of feature maps.</param>
    /// <param name="channels">Of each.</param>
    /// <param name="width">Channels of the fused map.</param>
    public FeatureFusion(int maps, int channels, int width, double dropout) : base("FeatureFusion")
    {
        for (var map = 0; map < maps; map++) projections.Add(new Projection(channels, width));
        register_module("linears_modulelist", projections);
        register_module("linear_fuse", fuse = nn.Conv2d(maps * width, width, 1));
        register_module("dropout", this.dropout = nn.Dropout2d(dropout));
    }

    /// <param name="features"><c>[N, rows · columns, channels]</c> each.</param>
    /// <returns><c>[N, width, rows, columns]</c>.</returns>
    public Tensor Fuse(IReadOnlyList<Tensor> features, int rows, int columns)
    {
        using var scope = NewDisposeScope();
        var side = cat([.. features.Zip(projections, (map, projection) => projection.call(map))], 2).transpose(1, 2);
        return dropout.call(fuse.call(side.reshape(side.shape[0], side.shape[1], rows, columns))).MoveToOuterDisposeScope();
    }

    private sealed class Projection : nn.Module<Tensor, Tensor>
    {
        private readonly Linear first, second;

        public Projection(int channels, int width) : base("MLP")
        {
            register_module("proj", first = nn.Linear(channels, width));
            register_module("proj_2", second = nn.Linear(width, width));
        }

        public override Tensor forward(Tensor cells)
        {
            using var scope = NewDisposeScope();
            return second.call(first.call(cells).relu_()).MoveToOuterDisposeScope();
        }
    }
}
