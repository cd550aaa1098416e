using Pole.Zoo.Backbones;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Affinity;

/// <summary>
/// AffinityNet (Ahn and Kwak 2018; jiwoon-ahn/psa, network/resnet38_aff.py) on a ResNet: features of the last three stages at stride 8, each
/// reduced, joined and mixed; the affinity of a pair is exp(−mean of |difference of features|). The backbone is trained too, its norms are not.
/// Reduced features have 64, 128 and 256 channels, as there.
/// </summary>
public sealed class AffinityNet : AffinityModel
{
    /// <summary>Input pixels a cell.</summary>
    public const int CellSide = 8;

    private const int FirstStage = 2;
    private const double MixGain = 4;

    private static readonly int[] ReducedChannels = [64, 128, 256];

    private readonly Backbone backbone;
    private readonly IStagedBackbone stagedBackbone;
    private readonly Conv2d[] reduce;
    private readonly Conv2d mix;
    private readonly int radius;
    private PairGrid? grid;

    /// <param name="radius">Pairs are closer than this, in cells (5).</param>
    /// <exception cref="ExperimentException">The backbone does not show its stages.</exception>
    public AffinityNet(Backbone backbone, int radius) : base("AffinityNet")
    {
        (this.backbone, this.radius) = (backbone, radius);
        stagedBackbone = backbone as IStagedBackbone ?? throw new ExperimentException($"affinity-net: the backbone {backbone.GetName()} does not show its stages; use a resnet");
        reduce = [.. ReducedChannels.Select((output, branch) => nn.Conv2d(stagedBackbone.StageChannels[FirstStage + branch], output, 1, bias: false))];
        mix = nn.Conv2d(ReducedChannels.Sum(), ReducedChannels.Sum(), 1, bias: false);
        using var noGradient = no_grad();
        foreach (var convolution in reduce) nn.init.kaiming_normal_(convolution.weight!);
        nn.init.xavier_uniform_(mix.weight!, MixGain);

        register_module("backbone", backbone);
        for (var branch = 0; branch < reduce.Length; branch++) register_module($"f8_{branch + 3}", reduce[branch]);
        register_module("f9", mix);
        foreach (var parameter in backbone.modules().OfType<BatchNorm2d>().SelectMany(norm => norm.parameters())) parameter.requires_grad_(false);
    }

    public override int Stride => CellSide;

    public override IEnumerable<Parameter> BaseParameters => backbone.parameters().Where(parameter => parameter.requires_grad);

    public override IEnumerable<Parameter> HeadParameters => reduce.Append(mix).SelectMany(convolution => convolution.parameters());

    public override void train(bool on = true)
    {
        base.train(on);
        foreach (var norm in backbone.modules().OfType<BatchNorm2d>()) norm.eval();
    }

    /// <param name="images"><c>[N, 3, H, W]</c>, ImageNet-normalised.</param>
    /// <returns>Features <c>[N, 448, ⌈H/8⌉, ⌈W/8⌉]</c>.</returns>
    public Tensor Features(Tensor images)
    {
        using var scope = NewDisposeScope();
        var stages = stagedBackbone.Stages(PixelConversion.Of(images, backbone)).Skip(FirstStage).ToList();
        var (height, width) = (stages[0].shape[2], stages[0].shape[3]);
        var reduced = reduce.Zip(stages, (convolution, stage) => nn.functional.elu(convolution.call(stage), 1)).Select(map => map.shape[2] == height && map.shape[3] == width
            ? map : nn.functional.interpolate(map, [height, width], mode: InterpolationMode.Bilinear, align_corners: false));
        return nn.functional.elu(mix.call(cat([.. reduced], 1)), 1).MoveToOuterDisposeScope();
    }

    /// <summary>Affinities of every source with its partner at every offset, <c>[N, offsets, sources]</c>.</summary>
    public static Tensor PairAffinities(Tensor features, PairGrid grid)
    {
        using var scope = NewDisposeScope();
        var flat = features.flatten(2);
        var sources = tensor(grid.Sources.Select(cell => (long)cell).ToArray(), device: features.device);
        var own = flat.index_select(2, sources);
        return stack(grid.Offsets.Select(offset => (-(flat.index_select(2, sources + (offset.Row * grid.Width + offset.Column)) - own).abs().mean([1L])).exp()), 1).MoveToOuterDisposeScope();
    }

    public override Tensor Loss(Tensor images, IReadOnlyList<LabelMap> labels)
    {
        using var scope = NewDisposeScope();
        var features = Features(images);
        var (height, width) = ((int)features.shape[2], (int)features.shape[3]);
        if (grid is null || grid.Height != height || grid.Width != width) grid = new PairGrid(height, width, radius);
        return PairLoss.Compute(PairAffinities(features, grid), AffinityLabels.Find(labels, grid).To(images.device)).Total.MoveToOuterDisposeScope();
    }

    public override CellAffinities Affinities(Tensor image, int crop)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (bottom, right) = (Missing(image.shape[1]), Missing(image.shape[2]));
        var features = Features(nn.functional.pad(image.unsqueeze(0), [0, right, 0, bottom]))[0];
        var (height, width) = ((int)features.shape[1], (int)features.shape[2]);
        return new CellAffinities(height, width, [.. PathOffsets.Within(radius).Where(offset => offset.Row < height && Math.Abs(offset.Column) < width).Select(offset => At(features, offset))]);
    }

    private static long Missing(long side) => (CellSide - side % CellSide) % CellSide;

    /// <summary>Compares the features with themselves, shifted.</summary>
    private static PairAffinities At(Tensor features, PathOffset offset)
    {
        using var scope = NewDisposeScope();
        var (height, width, left) = (features.shape[1], features.shape[2], Math.Max(0, -offset.Column));
        var (rows, columns) = (height - offset.Row, width - Math.Abs(offset.Column));
        var from = features.narrow(1, 0, rows).narrow(2, left, columns);
        var to = features.narrow(1, offset.Row, rows).narrow(2, left + offset.Column, columns);
        var values = nn.functional.pad((-(to - from).abs().mean([0L])).exp(), [left, width - columns - left, 0, height - rows]);
        return new PairAffinities(offset.Row, offset.Column, values.ToFloats());
    }
}
