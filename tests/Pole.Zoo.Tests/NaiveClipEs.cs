using Pole.Zoo.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>CLIP-ES step by step (Lin et al., CVPR 2023): one class after the other, each with a backward pass of its own, heads and cells in loops.</summary>
internal sealed class NaiveClipEs(ClipNetwork network)
{
    private readonly Dictionary<string, Tensor> weights = network.named_parameters().ToDictionary(named => named.name, named => (Tensor)named.parameter);

    /// <summary>The CAM of one class of a ViT, by the gradient of the output of ln_1 in its last block.</summary>
    /// <param name="attentions">Mean attention of the heads of every block, <c>[L, L]</c>.</param>
    public float[] OfVit(Tensor image, Tensor texts, int target, out List<Tensor> attentions)
    {
        attentions = [];
        var (patch, layers) = (network.Architecture.VisionPatchSize!.Value, network.Architecture.VisionLayers[0]);
        var (rows, columns) = ((int)image.shape[2] / patch, (int)image.shape[3] / patch);
        var cells = nn.functional.conv2d(image, weights["visual.conv1.weight"], strides: [patch, patch])[0].flatten(1).t();
        var states = Norm(cat([weights["visual.class_embedding"].unsqueeze(0), cells], 0) + Positions(weights["visual.positional_embedding"], rows, columns), "visual.ln_pre");
        for (var layer = 0; layer < layers - 1; layer++)
        {
            var block = $"visual.transformer.resblocks.{layer}";
            states = FeedForward(states + Attend(Norm(states, $"{block}.ln_1"), block, attentions), block);
        }

        var last = $"visual.transformer.resblocks.{layers - 1}";
        var normed = Norm(states, $"{last}.ln_1").detach().requires_grad_(true);
        var finished = FeedForward(states.detach() + Attend(normed, last, attentions), last);
        var pooled = Norm(finished, "visual.ln_post")[TensorIndex.Slice(1)].mean([0L]);
        Probability(pooled.matmul(weights["visual.proj"]), texts, target).backward();
        return Weighted(normed.detach()[TensorIndex.Slice(1)], normed.grad![TensorIndex.Slice(1)]);
    }

    /// <summary>The CAM of one class of a ResNet, by the gradient of the input of its attention pooling.</summary>
    /// <param name="features"><c>[cells, C]</c>.</param>
    public float[] OfResNet(Tensor features, int rows, int columns, Tensor texts, int target)
    {
        var cells = features.clone().requires_grad_(true);
        var states = cat([cells.mean([0L], keepdim: true), cells], 0) + Positions(weights["visual.attnpool.positional_embedding"], rows, columns);
        Tensor Linear(Tensor input, string name) => input.matmul(weights[$"visual.attnpool.{name}.weight"].t()) + weights[$"visual.attnpool.{name}.bias"];
        var (query, keys, values) = (Linear(states[TensorIndex.Slice(0, 1)], "q_proj"), Linear(states, "k_proj"), Linear(states, "v_proj"));
        var mixed = Heads(query, keys, values, network.Architecture.VisionHeads, []);
        Probability(Linear(mixed, "c_proj")[0], texts, target).backward();
        return Weighted(features, cells.grad!);
    }

    private Tensor Probability(Tensor embedding, Tensor texts, int target)
    {
        var logits = texts.matmul(embedding / embedding.norm()) * weights["logit_scale"].exp().detach();
        return logits.exp()[target] / logits.exp().sum();
    }

    /// <summary>relu of the sum of the features, each weighted by its mean gradient; from 0 to 1.</summary>
    private static float[] Weighted(Tensor features, Tensor gradients)
    {
        var (count, channels) = ((int)features.shape[0], (int)features.shape[1]);
        var (values, slopes) = (features.contiguous().ToFloats(), gradients.contiguous().ToFloats());
        var cam = new double[count];
        for (var channel = 0; channel < channels; channel++)
        {
            var weight = Enumerable.Range(0, count).Average(cell => (double)slopes[cell * channels + channel]);
            for (var cell = 0; cell < count; cell++) cam[cell] += weight * values[cell * channels + channel];
        }

        return MinMax([.. cam.Select(value => Math.Max(0, value))]);
    }

    public static float[] MinMax(IReadOnlyList<double> values)
    {
        var (least, most) = (values.Min(), values.Max());
        return [.. values.Select(value => (float)((value - least) / (1e-7 + most - least)))];
    }

    private Tensor Attend(Tensor states, string block, List<Tensor> attentions)
    {
        var width = states.shape[1];
        var (weight, bias) = (weights[$"{block}.attn.in_proj_weight"], weights[$"{block}.attn.in_proj_bias"]);
        Tensor Part(int part) => states.matmul(weight[TensorIndex.Slice(part * width, (part + 1) * width)].t()) + bias[TensorIndex.Slice(part * width, (part + 1) * width)];
        return Heads(Part(0), Part(1), Part(2), network.Architecture.VisionHeads, attentions).matmul(weights[$"{block}.attn.out_proj.weight"].t()) + weights[$"{block}.attn.out_proj.bias"];
    }

    private static Tensor Heads(Tensor query, Tensor keys, Tensor values, int heads, List<Tensor> attentions)
    {
        var size = query.shape[1] / heads;
        var (parts, sum) = (new List<Tensor>(), zeros(query.shape[0], keys.shape[0]));
        for (var head = 0; head < heads; head++)
        {
            var own = TensorIndex.Slice(head * size, (head + 1) * size);
            var attention = (query[TensorIndex.Colon, own].matmul(keys[TensorIndex.Colon, own].t()) / Math.Sqrt(size)).softmax(1);
            sum = sum + attention.detach();
            parts.Add(attention.matmul(values[TensorIndex.Colon, own]));
        }

        attentions.Add(sum / heads);
        return cat(parts, 1);
    }

    private Tensor FeedForward(Tensor states, string block)
    {
        var hidden = Norm(states, $"{block}.ln_2").matmul(weights[$"{block}.mlp.c_fc.weight"].t()) + weights[$"{block}.mlp.c_fc.bias"];
        return states + (hidden * (hidden * 1.702).sigmoid()).matmul(weights[$"{block}.mlp.c_proj.weight"].t()) + weights[$"{block}.mlp.c_proj.bias"];
    }

    private Tensor Norm(Tensor states, string name) => nn.functional.layer_norm(states, [states.shape[^1]], weights[$"{name}.weight"], weights[$"{name}.bias"]);

    /// <summary>Each position between the four that are nearest in the square grid; the first stands for no cell.</summary>
    private static Tensor Positions(Tensor positions, int rows, int columns)
    {
        var side = (int)Math.Sqrt(positions.shape[0] - 1);
        List<Tensor> resized = [positions[0]];
        for (var row = 0; row < rows; row++)
        for (var column = 0; column < columns; column++)
        {
            var (top, bottom, down) = Between(row, rows, side);
            var (left, right, across) = Between(column, columns, side);
            Tensor At(int y, int x) => positions[1 + y * side + x];
            resized.Add((1 - down) * ((1 - across) * At(top, left) + across * At(top, right)) + down * ((1 - across) * At(bottom, left) + across * At(bottom, right)));
        }

        return stack(resized, 0).detach();
    }

    private static (int First, int Second, double Share) Between(int place, int count, int side)
    {
        var source = Math.Max(0, (place + 0.5) * side / count - 0.5);
        var first = Math.Min((int)source, side - 1);
        return (first, Math.Min(first + 1, side - 1), source - first);
    }
}
