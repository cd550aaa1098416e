using Pole.Zoo.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>ExCEL's image side and its maps, formula by formula (../shared/methods-beyond.md, E.2 and E.3; zwyang6/ExCEL, CVPR 2025): all heads at once, texts × tokens × channels in memory.</summary>
internal sealed class NaiveExcel(ClipNetwork network)
{
    private readonly Dictionary<string, Tensor> weights = network.named_parameters().ToDictionary(named => named.name, named => (Tensor)named.parameter);

    /// <returns>Tokens in the texts' space, <c>[1 + patches, D]</c>, and the attention of each head of each block, <c>[heads, L, L]</c>.</returns>
    public (Tensor Tokens, List<Tensor> Attentions) Tokens(Tensor image, int blocks, bool sumsHeads)
    {
        List<Tensor> attentions = [];
        var (patch, layers) = (network.Architecture.VisionPatchSize!.Value, network.Architecture.VisionLayers[0]);
        var cells = nn.functional.conv2d(image, weights["visual.conv1.weight"], strides: [patch, patch])[0].flatten(1).t();
        var original = Norm(cat([weights["visual.class_embedding"].unsqueeze(0), cells], 0) + Positions((int)image.shape[2] / patch, (int)image.shape[3] / patch), "visual.ln_pre");
        var second = original;
        for (var layer = 0; layer < layers; layer++)
        {
            var block = $"visual.transformer.resblocks.{layer}";
            if (layer == layers - blocks) second = original.clone();
            var (q, k, v) = Heads(Norm(original, $"{block}.ln_1"), block);
            Tensor Correlation(Tensor one, Tensor other) => (one.matmul(other.transpose(1, 2)) / Math.Sqrt(q.shape[2])).softmax(2);
            var attention = Correlation(q, k);
            attentions.Add(attention);
            if (layer >= layers - blocks)
            {
                var all = (Correlation(q, q) + Correlation(k, k) + Correlation(v, v)) / 3;
                var one = sumsHeads ? all.sum([0L]) : all.mean([0L]);
                second = second + Out(stack([.. v.unbind(0).Select(ofHead => one.matmul(ofHead))], 0), block);
            }

            original = original + Out(attention.matmul(v), block);
            original = original + FeedForward(Norm(original, $"{block}.ln_2"), block);
        }

        var tokens = second.clone();
        tokens[0] = original[0];
        return (Norm(tokens, "visual.ln_post").matmul(weights["visual.proj"]), attentions);
    }

    /// <param name="texts"><c>[texts, D]</c>, of length 1.</param>
    /// <returns>From 0 to 1, <c>[texts, patches]</c>.</returns>
    public static float[,] Maps(Tensor tokens, Tensor texts, bool normsTokens)
    {
        var (t, count, channels) = ((int)tokens.shape[0], (int)texts.shape[0], (int)texts.shape[1]);
        var (f, text) = (Values(tokens), Values(texts));
        var features = new double[t, channels];
        for (var token = 0; token < t; token++)
        for (var channel = 0; channel < channels; channel++)
        {
            var squares = normsTokens ? Enumerable.Range(0, t).Sum(other => Math.Pow(f[other, channel], 2)) : Enumerable.Range(0, channels).Sum(other => Math.Pow(f[token, other], 2));
            features[token, channel] = f[token, channel] / Math.Sqrt(squares);
        }

        double[] exponentials = [.. Enumerable.Range(0, count).Select(one => Math.Exp(2 * Enumerable.Range(0, channels).Sum(channel => features[0, channel] * text[one, channel])))];
        double[] w = [.. exponentials.Select(value => value / exponentials.Average())];
        var similarity = new double[count, t];
        for (var token = 0; token < t; token++)
        for (var channel = 0; channel < channels; channel++)
        {
            var products = Enumerable.Range(0, count).Select(one => w[one] * features[token, channel] * text[one, channel]).ToList();
            for (var one = 0; one < count; one++) similarity[one, token] += products[one] - products.Average();
        }

        var maps = new float[count, t - 1];
        for (var one = 0; one < count; one++)
        {
            var values = Enumerable.Range(0, t).Select(token => similarity[one, token]).ToList();
            for (var token = 1; token < t; token++) maps[one, token - 1] = (float)((values[token] - values.Min()) / (values.Max() - values.Min()));
        }

        return maps;
    }

    private static double[,] Values(Tensor matrix)
    {
        var (values, columns) = (matrix.detach().contiguous().ToFloats(), (int)matrix.shape[1]);
        var all = new double[matrix.shape[0], columns];
        for (var place = 0; place < values.Length; place++) all[place / columns, place % columns] = values[place];
        return all;
    }

    private (Tensor Queries, Tensor Keys, Tensor Values) Heads(Tensor states, string block)
    {
        var projected = states.matmul(weights[$"{block}.attn.in_proj_weight"].t()) + weights[$"{block}.attn.in_proj_bias"];
        var (heads, width) = (network.Architecture.VisionHeads, states.shape[1]);
        Tensor Part(int part) => projected[TensorIndex.Colon, TensorIndex.Slice(part * width, (part + 1) * width)].reshape(-1, heads, width / heads).transpose(0, 1);
        return (Part(0), Part(1), Part(2));
    }

    /// <param name="mixed"><c>[heads, L, width / heads]</c>.</param>
    private Tensor Out(Tensor mixed, string block) => mixed.transpose(0, 1).flatten(1).matmul(weights[$"{block}.attn.out_proj.weight"].t()) + weights[$"{block}.attn.out_proj.bias"];

    private Tensor FeedForward(Tensor states, string block)
    {
        var hidden = states.matmul(weights[$"{block}.mlp.c_fc.weight"].t()) + weights[$"{block}.mlp.c_fc.bias"];
        return (hidden * (hidden * 1.702).sigmoid()).matmul(weights[$"{block}.mlp.c_proj.weight"].t()) + weights[$"{block}.mlp.c_proj.bias"];
    }

    private Tensor Norm(Tensor states, string name) => nn.functional.layer_norm(states, [states.shape[^1]], weights[$"{name}.weight"], weights[$"{name}.bias"]);

    /// <summary>torch's own resizing; that of CLIP-ES's naive form is by hand.</summary>
    private Tensor Positions(int rows, int columns)
    {
        var positions = weights["visual.positional_embedding"];
        var side = (long)Math.Sqrt(positions.shape[0] - 1);
        var grid = positions[TensorIndex.Slice(1)].t().reshape(1, -1, side, side);
        return cat([positions[TensorIndex.Slice(0, 1)], nn.functional.interpolate(grid, [rows, columns], mode: InterpolationMode.Bilinear, align_corners: false).flatten(2)[0].t()], 0);
    }
}
