using Pole.Zoo.Backbones;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Affinity;

/// <summary>Edges and displacements of a batch, four pixels a cell.</summary>
/// <param name="EdgeLogits"><c>[N, 1, h, w]</c>; the edge probability is their sigmoid.</param>
/// <param name="Displacements"><c>[N, 2, h, w]</c>: rows and columns from a cell to the middle of its object.</param>
public sealed record AffinityMaps(Tensor EdgeLogits, Tensor Displacements);

/// <summary>
/// IRNet's two branches on a ResNet that is not trained (Ahn, Cho, Kwak 2019; jiwoon-ahn/irn, net/resnet50_irn.py): where classes meet,
/// and where each cell's object lies. Parameters of the branches are named as there.
/// </summary>
public sealed class IrNet : AffinityModel
{
    /// <summary>Stride of the backbone that the branches are made for.</summary>
    public const int BackboneStride = 16;

    /// <summary>Input pixels a cell.</summary>
    public const int CellSide = 4;

    private const int EdgeChannels = 32, EdgeGroups = 4;

    /// <summary>
    /// Side in pixels up to which an image and its mirror image are seen at once. Above it even one has more cells than the widest layer has weights a channel (9,216 with twice the width of ResNet-50), so that norms are folded
    /// apart as they are together, and values stay.
    /// </summary>
    private const int LargestSeenTwice = 1536;

    private readonly Backbone backbone;
    private readonly IStagedBackbone stagedBackbone;
    private readonly Sequential[] edges;
    private readonly Conv2d edgeOutput;
    private readonly Sequential[] displacements;
    private readonly Sequential coarse;
    private readonly Sequential displacementOutput;
    private readonly MeanShift meanShift = new();
    private readonly int pairRadius, walkRadius;
    private AffinityLoss? loss;

    /// <param name="backbone">Stride 16; kept in evaluation mode, no gradient reaches it.</param>
    /// <param name="pairRadius">Pairs of training are closer than this, in cells (10).</param>
    /// <param name="walkRadius">Pairs of the walk are closer than this, in cells (5).</param>
    /// <exception cref="ExperimentException">The backbone does not show its stages, or not at stride 16.</exception>
    public IrNet(Backbone backbone, int pairRadius, int walkRadius) : base("IrNet")
    {
        (this.backbone, this.pairRadius, this.walkRadius) = (backbone, pairRadius, walkRadius);
        stagedBackbone = backbone as IStagedBackbone ?? throw new ExperimentException($"irnet: the backbone {backbone.GetName()} does not show its stages; use a resnet");
        if (backbone.Stride != BackboneStride) throw new ExperimentException($"irnet: the backbone has stride {backbone.Stride}, {BackboneStride} is needed");
        var channels = stagedBackbone.StageChannels;
        double?[] edgeScales = [null, null, 2, 4, 4], displacementScales = [null, null, null, 2, 2];
        (int Output, int Groups)[] sizes = [(64, 8), (128, 16), (256, 16), (256, 16), (256, 16)];
        edges = [.. channels.Select((input, stage) => Branch(input, EdgeChannels, EdgeGroups, edgeScales[stage]))];
        displacements = [.. channels.Select((input, stage) => Branch(input, sizes[stage].Output, sizes[stage].Groups, displacementScales[stage]))];
        edgeOutput = nn.Conv2d(EdgeChannels * edges.Length, 1, 1);
        coarse = Branch(3 * 256, 256, 16, 2);
        displacementOutput = nn.Sequential(("0", nn.Conv2d(64 + 128 + 256, 256, 1, bias: false)), ("1", Norm(16, 256)), ("2", nn.ReLU()), ("3", nn.Conv2d(256, 2, 1, bias: false)));

        register_module("resnet50", backbone);
        for (var stage = 0; stage < edges.Length; stage++) register_module($"fc_edge{stage + 1}", edges[stage]);
        register_module("fc_edge6", edgeOutput);
        for (var stage = 0; stage < displacements.Length; stage++) register_module($"fc_dp{stage + 1}", displacements[stage]);
        register_module("fc_dp6", coarse);
        register_module("fc_dp7", displacementOutput);
        register_module("mean_shift", meanShift);
    }

    /// <summary>The mean that is taken off displacements in evaluation mode, <c>[2]</c>: it has to be measured over the training images after training.</summary>
    public Tensor MeanDisplacement => meanShift.Mean;

    public override int Stride => CellSide;

    /// <summary>Those of the edge branch.</summary>
    public override IEnumerable<Parameter> BaseParameters => edges.SelectMany(branch => branch.parameters()).Concat(edgeOutput.parameters());

    /// <summary>Those of the displacement branch.</summary>
    public override IEnumerable<Parameter> HeadParameters => displacements.Append(coarse).Append(displacementOutput).SelectMany(branch => branch.parameters());

    public override Tensor Loss(Tensor images, IReadOnlyList<LabelMap> labels)
    {
        using var scope = NewDisposeScope();
        var maps = Compute(images);
        var (height, width) = ((int)maps.EdgeLogits.shape[2], (int)maps.EdgeLogits.shape[3]);
        if (loss is null || loss.Grid.Height != height || loss.Grid.Width != width)
        {
            loss?.Dispose();
            loss = new AffinityLoss(new PairGrid(height, width, pairRadius), images.device);
        }

        return loss.Compute(maps, AffinityLabels.Find(labels, loss.Grid).To(images.device)).Total.MoveToOuterDisposeScope();
    }

    /// <summary>Measures the mean displacement.</summary>
    public override void Calibrate(int images, Func<int, Tensor> load)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        MeanDisplacement.zero_();
        // Kept as numbers: thousands of small tensors between large ones hold the memory around them.
        var means = new List<float>();
        for (var image = 0; image < images; image++)
        {
            using var inner = NewDisposeScope();
            means.AddRange(Compute(load(image)).Displacements.mean([0L, 2L, 3L]).ToFloats());
        }

        MeanDisplacement.copy_(tensor(means.ToArray(), [images, means.Count / images], device: CPU).mean([0L]));
    }

    public override CellAffinities Affinities(Tensor image, int crop)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var probabilities = Edges(image, (int)Math.Max(crop, Math.Max(image.shape[1], image.shape[2])));
        return EdgeAffinities.Find(probabilities.ToFloats(), (int)probabilities.shape[1], (int)probabilities.shape[2], walkRadius);
    }

    public override void train(bool on = true)
    {
        base.train(on);
        backbone.eval();
    }

    /// <param name="images"><c>[N, 3, H, W]</c>, ImageNet-normalised.</param>
    public AffinityMaps Compute(Tensor images)
    {
        using var scope = NewDisposeScope();
        var stages = StagesOf(images);
        var maps = displacements.Zip(stages, (branch, features) => branch.call(features)).ToList();
        var coarseMap = coarse.call(cat([maps[2], Crop(maps[3], maps[2]), Crop(maps[4], maps[2])], 1));
        var displacement = meanShift.call(displacementOutput.call(cat([maps[0], maps[1], Crop(coarseMap, maps[1])], 1)));
        return new AffinityMaps(EdgeLogits(stages).MoveToOuterDisposeScope(), displacement.MoveToOuterDisposeScope());
    }

    /// <summary>Edge probabilities <c>[1, h, w]</c>, averaged with those of the mirror image, and displacements <c>[2, h, w]</c> of one image.</summary>
    /// <param name="image"><c>[3, H, W]</c>, ImageNet-normalised.</param>
    /// <param name="side">Side of the square that the image is padded to on the right and below with 0, as in training (512).</param>
    public (Tensor Edges, Tensor Displacements) ComputeWithMirror(Tensor image, int side)
    {
        using var scope = NewDisposeScope();
        var maps = Compute(Padded(() => WithMirror(image), side));
        return (Probabilities(maps.EdgeLogits, image).MoveToOuterDisposeScope(), Kept(maps.Displacements[0], image).clone().MoveToOuterDisposeScope());
    }

    /// <summary>The edges of <see cref="ComputeWithMirror"/>; the walk needs no more. Memory grows with the pixels that the network sees at once: it sees a large image and its mirror image one after the other.</summary>
    /// <inheritdoc cref="ComputeWithMirror"/>
    public Tensor Edges(Tensor image, int side)
    {
        using var scope = NewDisposeScope();
        List<Tensor> logits = side > LargestSeenTwice ? [LogitsOf(() => image.unsqueeze(0)), LogitsOf(() => image.flip(-1).unsqueeze(0))] : [LogitsOf(() => WithMirror(image))];
        return Probabilities(cat(logits, 0), image).MoveToOuterDisposeScope();

        Tensor LogitsOf(Func<Tensor> views)
        {
            using var inner = NewDisposeScope();
            return EdgeLogits(StagesOf(Padded(views, side))).MoveToOuterDisposeScope();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) loss?.Dispose();
        base.Dispose(disposing);
    }

    private IReadOnlyList<Tensor> StagesOf(Tensor images)
    {
        using var noGradient = no_grad();
        return stagedBackbone.Stages(PixelConversion.Of(images, backbone));
    }

    /// <returns><c>[N, 1, h, w]</c>.</returns>
    private Tensor EdgeLogits(IReadOnlyList<Tensor> stages)
    {
        using var scope = NewDisposeScope();
        var maps = edges.Zip(stages, (branch, features) => branch.call(features)).ToList();
        return edgeOutput.call(cat([.. maps.Select(map => Crop(map, maps[1]))], 1)).MoveToOuterDisposeScope();
    }

    private static Tensor WithMirror(Tensor image) => stack([image, image.flip(-1)], 0);

    /// <param name="images">Not kept beside the padded ones.</param>
    private static Tensor Padded(Func<Tensor> images, int side)
    {
        using var scope = NewDisposeScope();
        var given = images();
        return nn.functional.pad(given, [0, side - given.shape[3], 0, side - given.shape[2]]).MoveToOuterDisposeScope();
    }

    /// <param name="logits">Of a padded image and its mirror image.</param>
    private static Tensor Probabilities(Tensor logits, Tensor image)
    {
        var kept = Kept(logits, image);
        return (kept[0] / 2 + kept[1].flip(-1) / 2).sigmoid();
    }

    /// <summary>The cells of an image before it was padded.</summary>
    private static Tensor Kept(Tensor maps, Tensor image) => maps[TensorIndex.Ellipsis, TensorIndex.Slice(0, Cells(image.shape[1])), TensorIndex.Slice(0, Cells(image.shape[2]))];

    private static long Cells(long side) => (side - 1) / CellSide + 1;

    private static Tensor Crop(Tensor map, Tensor like) => map[TensorIndex.Ellipsis, TensorIndex.Slice(0, like.shape[2]), TensorIndex.Slice(0, like.shape[3])];

    private static Sequential Branch(int channels, int output, int groups, double? scale)
    {
        var branch = nn.Sequential(("0", nn.Conv2d(channels, output, 1, bias: false)), ("1", Norm(groups, output)));
        if (scale is { } factor) branch.append("2", nn.Upsample(scale_factor: [factor, factor], mode: UpsampleMode.Bilinear, align_corners: false));
        branch.append(scale is null ? "2" : "3", nn.ReLU());
        return branch;
    }

    /// <summary>TorchSharp 0.107 leaves the weights of a group norm uninitialised.</summary>
    private static GroupNorm Norm(int groups, int channels)
    {
        var norm = nn.GroupNorm(groups, channels);
        nn.init.ones_(norm.weight!);
        nn.init.zeros_(norm.bias!);
        return norm;
    }

    /// <summary>Takes a measured mean off in evaluation mode, and nothing in training.</summary>
    private sealed class MeanShift : nn.Module<Tensor, Tensor>
    {
        private const string RunningMean = "running_mean";

        public MeanShift() : base("MeanShift") => register_buffer(RunningMean, zeros(2).DetachFromDisposeScope());

        public Tensor Mean => this.BufferOf(RunningMean);

        public override Tensor forward(Tensor displacements) => training ? displacements.alias() : displacements - Mean.view(1, 2, 1, 1);
    }
}
