using Pole.Zoo.Clip;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>
/// A network's ViT and text tower from torch's own layers in the order of openai/CLIP, clip/model.py, every place of the last block too: what ours is compared with, and measured against.
/// </summary>
internal sealed class PublishedVitClip : ClipModel
{
    private readonly ClipNetwork network;
    private readonly Dictionary<string, Tensor> weights;

    public PublishedVitClip(ClipNetwork network) : base(nameof(PublishedVitClip))
    {
        this.network = network;
        weights = network.named_parameters().ToDictionary(named => named.name, named => (Tensor)named.parameter);
        register_module("network", network);
    }

    public override int ImageResolution => network.ImageResolution;

    public override PixelNormalisation Normalisation => network.Normalisation;

    public override int EmbeddingSize => network.EmbeddingSize;

    public override ITextTokenizer Tokenizer => network.Tokenizer;

    public override Tensor EncodeImage(Tensor images)
    {
        using var scope = NewDisposeScope();
        var patch = network.Architecture.VisionPatchSize!.Value;
        var cells = nn.functional.conv2d(images, weights["visual.conv1.weight"], strides: [patch, patch]).flatten(2).transpose(1, 2);
        var states = cat([weights["visual.class_embedding"].expand(cells.shape[0], 1, -1), cells], 1) + weights["visual.positional_embedding"];
        states = Transform(Normalise(states, "visual.ln_pre"), "visual.transformer", network.Architecture.VisionLayers[0], network.Architecture.VisionHeads, causal: false);
        return Normalise(states[TensorIndex.Colon, 0], "visual.ln_post").matmul(weights["visual.proj"]).MoveToOuterDisposeScope();
    }

    public override Tensor EmbedTokens(Tensor tokens) => weights["token_embedding.weight"][tokens];

    public override Tensor EncodeEmbedded(Tensor embedded, Tensor ends)
    {
        using var scope = NewDisposeScope();
        var states = Transform(embedded + weights["positional_embedding"], "transformer", network.Architecture.TextLayers, network.Architecture.TextHeads, causal: true);
        return Normalise(states, "ln_final")[arange(embedded.shape[0]), ends].matmul(weights["text_projection"]).MoveToOuterDisposeScope();
    }

    private Tensor Transform(Tensor states, string name, int layers, int heads, bool causal)
    {
        for (var layer = 0; layer < layers; layer++)
        {
            var block = $"{name}.resblocks.{layer}";
            states = states + Attend(Normalise(states, $"{block}.ln_1"), $"{block}.attn", heads, causal);
            var hidden = Linear(Normalise(states, $"{block}.ln_2"), $"{block}.mlp.c_fc");
            states = states + Linear(hidden * (hidden * 1.702).sigmoid(), $"{block}.mlp.c_proj");
        }

        return states;
    }

    private Tensor Attend(Tensor states, string name, int heads, bool causal)
    {
        var (count, length, width) = (states.shape[0], states.shape[1], states.shape[2]);
        var parts = nn.functional.linear(states, weights[$"{name}.in_proj_weight"], weights[$"{name}.in_proj_bias"]).chunk(3, -1).Select(part => part.view(count, length, heads, width / heads).transpose(1, 2)).ToList();
        return Linear(nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: causal).transpose(1, 2).reshape(count, length, width), $"{name}.out_proj");
    }

    private Tensor Linear(Tensor states, string name) => nn.functional.linear(states, weights[$"{name}.weight"], weights[$"{name}.bias"]);

    private Tensor Normalise(Tensor states, string name) => nn.functional.layer_norm(states, [states.shape[^1]], weights[$"{name}.weight"], weights[$"{name}.bias"]);
}
