using Pole.Zoo.Backbones;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Clip;

/// <summary>
/// CLIP's ResNet (openai/CLIP, class ModifiedResNet): a three-convolution stem, average pooling before each strided
/// convolution, attention pooling at the end. <c>[N, 3, R, R]</c> to <c>[N, EmbeddingSize]</c>.
/// </summary>
internal sealed class ModifiedResNet : nn.Module<Tensor, Tensor>
{
    /// <summary>Pixels of a cell of the last features.</summary>
    public const int Stride = 32;

    private readonly int width;
    private readonly Conv2d conv1, conv2, conv3;
    private readonly BatchNorm2d bn1, bn2, bn3;
    private readonly Sequential[] stages = new Sequential[4];
    private readonly AttentionPooling pooling;

    public ModifiedResNet(ClipArchitecture architecture) : base("ModifiedResNet")
    {
        width = architecture.VisionWidth;
        (conv1, bn1) = (nn.Conv2d(3, width / 2, 3, stride: 2, padding: 1, bias: false), nn.BatchNorm2d(width / 2));
        (conv2, bn2) = (nn.Conv2d(width / 2, width / 2, 3, padding: 1, bias: false), nn.BatchNorm2d(width / 2));
        (conv3, bn3) = (nn.Conv2d(width / 2, width, 3, padding: 1, bias: false), nn.BatchNorm2d(width));
        var channels = width;
        for (var stage = 0; stage < 4; stage++)
        {
            var planes = width << stage;
            stages[stage] = nn.Sequential();
            for (var block = 0; block < architecture.VisionLayers[stage]; block++)
            {
                stages[stage].append(block.ToString(), new Block(width, channels, planes, block == 0 && stage > 0 ? 2 : 1));
                channels = planes * Block.Expansion;
            }
        }

        pooling = new AttentionPooling(architecture.ImageResolution / Stride, channels, architecture.VisionHeads, architecture.EmbeddingSize);
        foreach (var (name, module) in new (string, nn.Module)[] { ("conv1", conv1), ("bn1", bn1), ("conv2", conv2), ("bn2", bn2), ("conv3", conv3), ("bn3", bn3) })
            register_module(name, module);
        for (var stage = 0; stage < 4; stage++) register_module($"layer{stage + 1}", stages[stage]);
        register_module("attnpool", pooling);
    }

    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return pooling.call(Features(images)).MoveToOuterDisposeScope();
    }

    /// <summary>Opens the attention pooling on an image of any size.</summary>
    /// <param name="image"><c>[1, 3, H, W]</c>, whole cells of <see cref="Stride"/> pixels.</param>
    /// <returns>The caller disposes it.</returns>
    public ClipActivations Open(Tensor image)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var features = Features(image);
        var positions = pooling.Positions((int)features.shape[2], (int)features.shape[3]);
        return new Opened(pooling, features.contiguous().DetachFromDisposeScope(), positions.DetachFromDisposeScope());
    }

    private Tensor Features(Tensor images)
    {
        using var scope = NewDisposeScope();
        var features = NormalisedConvolution.Apply(conv1, bn1, ChannelsLast.For(width, images), width).relu_();
        features = NormalisedConvolution.Apply(conv2, bn2, features, width).relu_();
        features = nn.functional.avg_pool2d(NormalisedConvolution.Apply(conv3, bn3, features, width).relu_(), 2);
        foreach (var stage in stages) features = stage.call(features);
        return features.MoveToOuterDisposeScope();
    }

    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        public const int Expansion = 4;

        private readonly int width, stride;
        private readonly Conv2d conv1, conv2, conv3;
        private readonly BatchNorm2d bn1, bn2, bn3;
        private readonly Conv2d? shortcut;
        private readonly BatchNorm2d? shortcutNorm;

        public Block(int width, int channels, int planes, int stride) : base("Bottleneck")
        {
            (this.width, this.stride) = (width, stride);
            (conv1, bn1) = (nn.Conv2d(channels, planes, 1, bias: false), nn.BatchNorm2d(planes));
            (conv2, bn2) = (nn.Conv2d(planes, planes, 3, padding: 1, bias: false), nn.BatchNorm2d(planes));
            (conv3, bn3) = (nn.Conv2d(planes, planes * Expansion, 1, bias: false), nn.BatchNorm2d(planes * Expansion));
            foreach (var (name, module) in new (string, nn.Module)[] { ("conv1", conv1), ("bn1", bn1), ("conv2", conv2), ("bn2", bn2), ("conv3", conv3), ("bn3", bn3) })
                register_module(name, module);
            if (stride == 1 && channels == planes * Expansion) return;

            (shortcut, shortcutNorm) = (nn.Conv2d(channels, planes * Expansion, 1, bias: false), nn.BatchNorm2d(planes * Expansion));
            register_module("downsample", nn.Sequential(("0", shortcut), ("1", shortcutNorm)));
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var features = NormalisedConvolution.Apply(conv1, bn1, input, width).relu_();
            features = Shrink(NormalisedConvolution.Apply(conv2, bn2, features, width).relu_());
            features = NormalisedConvolution.Apply(conv3, bn3, features, width);
            return (features + (shortcut is null ? input : NormalisedConvolution.Apply(shortcut, shortcutNorm!, Shrink(input), width))).relu_().MoveToOuterDisposeScope();
        }

        private Tensor Shrink(Tensor features) => stride == 1 ? features : nn.functional.avg_pool2d(features, stride);
    }

    /// <summary>Attention of the mean feature over all cells (class AttentionPool2d).</summary>
    private sealed class AttentionPooling : nn.Module<Tensor, Tensor>
    {
        private const string PositionalEmbedding = "positional_embedding";

        private readonly int heads;
        private readonly Linear queries, keys, values, output;

        public AttentionPooling(int side, int channels, int heads, int embeddingSize) : base("AttentionPool2d")
        {
            this.heads = heads;
            var positionalEmbedding = new Parameter(randn(side * side + 1, channels) / Math.Sqrt(channels));
            (queries, keys, values) = (nn.Linear(channels, channels), nn.Linear(channels, channels), nn.Linear(channels, channels));
            output = nn.Linear(channels, embeddingSize);
            register_parameter(PositionalEmbedding, positionalEmbedding);
            register_module("q_proj", queries);
            register_module("k_proj", keys);
            register_module("v_proj", values);
            register_module("c_proj", output);
        }

        public override Tensor forward(Tensor features) => Pool(features, this.ParameterOf(PositionalEmbedding));

        /// <summary>Positional embeddings of a grid, the mean's first.</summary>
        public Tensor Positions(int rows, int columns) => PositionGrid.Resize(this.ParameterOf(PositionalEmbedding), rows, columns);

        /// <param name="features"><c>[N, C, h, w]</c>.</param>
        /// <param name="positions"><c>[1 + h · w, C]</c>.</param>
        public Tensor Pool(Tensor features, Tensor positions)
        {
            using var scope = NewDisposeScope();
            var cells = features.flatten(2).transpose(1, 2);
            var states = cat([cells.mean([1L], keepdim: true), cells], 1) + positions;
            var query = Split(queries.call(states[TensorIndex.Colon, TensorIndex.Slice(0, 1)]));
            var mixed = nn.functional.scaled_dot_product_attention(query, Split(keys.call(states)), Split(values.call(states)));
            return output.call(mixed.transpose(1, 2).flatten(1)).MoveToOuterDisposeScope();
        }

        private Tensor Split(Tensor states) => states.view(states.shape[0], states.shape[1], heads, states.shape[2] / heads).transpose(1, 2);
    }

    /// <param name="features">Input of the pooling, <c>[1, C, h, w]</c>; owned.</param>
    /// <param name="positions">Owned.</param>
    private sealed class Opened(AttentionPooling pooling, Tensor features, Tensor positions) : ClipActivations
    {
        private readonly Tensor cells = Cells(features);

        public override int Rows => (int)features.shape[2];

        public override int Columns => (int)features.shape[3];

        public override Tensor Features => cells;

        public override IReadOnlyList<Tensor> Attentions => [];

        public override Tensor Embed(Tensor offsets)
        {
            using var scope = NewDisposeScope();
            return pooling.Pool(features + offsets.to(features.dtype).unsqueeze(2).unsqueeze(3), positions).to(ScalarType.Float32).MoveToOuterDisposeScope();
        }

        public override void Dispose()
        {
            foreach (var tensor in (Tensor[])[cells, features, positions]) tensor.Dispose();
        }

        private static Tensor Cells(Tensor features)
        {
            using var scope = NewDisposeScope();
            return features.flatten(2)[0].t().to(ScalarType.Float32).DetachFromDisposeScope();
        }
    }
}
