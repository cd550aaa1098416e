using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Clip;

/// <summary>Pre-norm transformer with QuickGELU (openai/CLIP, classes Transformer and ResidualAttentionBlock): <c>[N, L, width]</c> to the same shape.</summary>
internal sealed class ClipTransformer : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<ResidualAttentionBlock> blocks = new();

    public ClipTransformer(int width, int layers, int heads, bool causal) : base("Transformer")
    {
        for (var layer = 0; layer < layers; layer++) blocks.Add(new ResidualAttentionBlock(width, heads, layers, causal));
        register_module("resblocks", blocks);
    }

    public override Tensor forward(Tensor states)
    {
        using var scope = NewDisposeScope();
        foreach (var block in blocks) states = block.call(states);
        return states.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The first place of each sequence alone, <c>[N, width]</c>, with no mask: the last block computes nothing else, which spares a ViT of twelve layers a thirteenth
    /// of its work.
    /// </summary>
    public Tensor First(Tensor states)
    {
        using var scope = NewDisposeScope();
        foreach (var block in blocks.Take(blocks.Count - 1)) states = block.call(states);
        return blocks[^1].First(states).MoveToOuterDisposeScope();
    }

    /// <summary>The outputs of every block but the last, <c>[N, L, width]</c> each.</summary>
    public IReadOnlyList<Tensor> Outputs(Tensor states)
    {
        using var scope = NewDisposeScope();
        List<Tensor> outputs = [];
        foreach (var block in blocks.Take(blocks.Count - 1)) outputs.Add(states = block.call(states));
        return [.. outputs.Select(output => output.MoveToOuterDisposeScope())];
    }

    /// <summary>Every block but the last, which is opened for Grad-CAM.</summary>
    /// <param name="states"><c>[1, L, width]</c>.</param>
    /// <param name="attentions">How many blocks keep their attention, counted from the last.</param>
    /// <param name="keepsOutputs">Whether the outputs of the blocks before the last are kept.</param>
    /// <returns>The caller disposes it.</returns>
    public OpenedBlock Open(Tensor states, int attentions, bool keepsOutputs = false)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        List<Tensor> kept = [], outputs = [];
        foreach (var (index, block) in blocks.Take(blocks.Count - 1).Index())
        {
            using var blockScope = NewDisposeScope();
            Tensor? attention = null;
            states = (index < blocks.Count - attentions ? block.call(states) : block.WithAttention(states, out attention)).MoveToOuterDisposeScope();
            if (attention is not null) kept.Add(attention.MoveToOuterDisposeScope());
            if (keepsOutputs) outputs.Add(states.alias().MoveToOuterDisposeScope());
        }

        var last = blocks[^1];
        var (normed, projected) = last.Project(states);
        if (attentions > 0) kept.Add(last.AttentionOf(projected));
        foreach (var tensor in (Tensor[])[states, normed, projected, .. kept, .. outputs]) tensor.DetachFromDisposeScope();
        return new OpenedBlock(states, normed, projected, kept, outputs, last.Finish);
    }

    /// <summary>
    /// Every block, and from the last <paramref name="calibrated"/> on a second path beside: it begins with their input and adds up what their self-correlations gather, without feed-forward layers. The first place of each
    /// sequence comes from the first path, the others from the second.
    /// </summary>
    /// <param name="states"><c>[1, L, width]</c>.</param>
    /// <param name="calibrated">At least 1.</param>
    /// <param name="attentions">How many blocks keep the attention of their first path, counted from the last.</param>
    /// <returns>States <c>[1, L, width]</c>, and the mean attention of the heads of each block, <c>[L, L]</c>, the last block's last.</returns>
    public (Tensor States, IReadOnlyList<Tensor> Attentions) Calibrate(Tensor states, int calibrated, HeadSum heads, int attentions)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        List<Tensor> kept = [];
        Tensor? second = null;
        foreach (var (index, block) in blocks.Index())
        {
            using var blockScope = NewDisposeScope();
            Tensor? attention = null;
            var keeps = index >= blocks.Count - attentions;
            if (index < blocks.Count - calibrated) states = (keeps ? block.WithAttention(states, out attention) : block.call(states)).MoveToOuterDisposeScope();
            else
            {
                var input = states;
                states = block.WithCalibration(states, heads, out var gathered, out attention).MoveToOuterDisposeScope();
                second = ((second ?? input) + gathered).MoveToOuterDisposeScope();
            }

            if (keeps) kept.Add(attention!.MoveToOuterDisposeScope());
        }

        foreach (var attention in kept) attention.MoveToOuterDisposeScope();
        return (cat([states[TensorIndex.Colon, TensorIndex.Slice(0, 1)], second![TensorIndex.Colon, TensorIndex.Slice(1)]], 1).MoveToOuterDisposeScope(), kept);
    }

    private sealed class ResidualAttentionBlock : nn.Module<Tensor, Tensor>
    {
        private readonly SelfAttention attention;
        private readonly LayerNorm attentionNorm;
        private readonly FeedForward feedForward;
        private readonly LayerNorm feedForwardNorm;

        public ResidualAttentionBlock(int width, int heads, int layers, bool causal) : base("ResidualAttentionBlock")
        {
            attention = new SelfAttention(width, heads, layers, causal);
            attentionNorm = nn.LayerNorm(width);
            feedForward = new FeedForward(width, layers);
            feedForwardNorm = nn.LayerNorm(width);
            register_module("attn", attention);
            register_module("ln_1", attentionNorm);
            register_module("mlp", feedForward);
            register_module("ln_2", feedForwardNorm);
        }

        public override Tensor forward(Tensor states)
        {
            using var scope = NewDisposeScope();
            states = states + attention.call(attentionNorm.call(states));
            return (states + feedForward.call(feedForwardNorm.call(states))).MoveToOuterDisposeScope();
        }

        /// <summary>The block with its attention in memory.</summary>
        /// <param name="states"><c>[1, L, width]</c>.</param>
        /// <param name="weights">Mean attention of the heads, <c>[L, L]</c>.</param>
        public Tensor WithAttention(Tensor states, out Tensor weights)
        {
            using var scope = NewDisposeScope();
            states = states + attention.WithWeights(attentionNorm.call(states), out weights);
            weights.MoveToOuterDisposeScope();
            return (states + feedForward.call(feedForwardNorm.call(states))).MoveToOuterDisposeScope();
        }

        /// <summary>The block, and what the second path adds in it.</summary>
        /// <param name="states"><c>[1, L, width]</c>.</param>
        /// <inheritdoc cref="SelfAttention.WithCalibration"/>
        public Tensor WithCalibration(Tensor states, HeadSum sum, out Tensor gathered, out Tensor weights)
        {
            using var scope = NewDisposeScope();
            states = states + attention.WithCalibration(attentionNorm.call(states), sum, out gathered, out weights);
            gathered.MoveToOuterDisposeScope();
            weights.MoveToOuterDisposeScope();
            return (states + feedForward.call(feedForwardNorm.call(states))).MoveToOuterDisposeScope();
        }

        /// <returns>The output of ln_1, <c>[1, L, width]</c>, and its queries, keys and values, <c>[1, L, 3·width]</c>.</returns>
        public (Tensor Normed, Tensor Projected) Project(Tensor states)
        {
            var normed = attentionNorm.call(states);
            return (normed, attention.Project(normed));
        }

        /// <inheritdoc cref="SelfAttention.WeightsOf"/>
        public Tensor AttentionOf(Tensor projected) => attention.WeightsOf(projected);

        /// <summary>The rest of the block.</summary>
        /// <param name="states">Its input, <c>[1, L, width]</c>, which goes past ln_1.</param>
        /// <param name="projected">Of <see cref="Project"/>.</param>
        /// <param name="offsets"><c>[rows, width]</c>, each added to the output of ln_1 of every place but the first.</param>
        /// <returns>Every place but the first, <c>[rows, L − 1, width]</c>.</returns>
        public Tensor Finish(Tensor states, Tensor projected, Tensor offsets)
        {
            using var scope = NewDisposeScope();
            var others = states[TensorIndex.Colon, TensorIndex.Slice(1)] + attention.OfOthers(projected, offsets);
            return (others + feedForward.call(feedForwardNorm.call(others))).MoveToOuterDisposeScope();
        }

        /// <returns>The first place of each sequence, <c>[N, width]</c>.</returns>
        public Tensor First(Tensor states)
        {
            using var scope = NewDisposeScope();
            var first = states[TensorIndex.Colon, 0] + attention.First(attentionNorm.call(states));
            return (first + feedForward.call(feedForwardNorm.call(first))).MoveToOuterDisposeScope();
        }
    }

    /// <summary>torch.nn.MultiheadAttention's parameters, run as fused scaled dot-product attention.</summary>
    private sealed class SelfAttention : nn.Module<Tensor, Tensor>
    {
        private const string InputWeight = "in_proj_weight", InputBias = "in_proj_bias";

        private readonly int heads;
        private readonly bool causal;
        private readonly Linear output;

        public SelfAttention(int width, int heads, int layers, bool causal) : base("MultiheadAttention")
        {
            (this.heads, this.causal) = (heads, causal);
            var inputWeight = new Parameter(randn(3 * width, width) * Math.Pow(width, -0.5));
            var inputBias = new Parameter(zeros(3 * width));
            output = nn.Linear(width, width);
            using (no_grad()) nn.init.normal_(output.weight!, std: Math.Pow(width, -0.5) * Math.Pow(2.0 * layers, -0.5));
            register_parameter(InputWeight, inputWeight);
            register_parameter(InputBias, inputBias);
            register_module("out_proj", output);
        }

        public override Tensor forward(Tensor states)
        {
            using var scope = NewDisposeScope();
            var parts = Split(Project(states));
            var mixed = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: causal);
            return Joined(mixed).MoveToOuterDisposeScope();
        }

        /// <summary>Queries, keys and values side by side, <c>[N, L, 3·width]</c>.</summary>
        public Tensor Project(Tensor states) => WideLinear.Apply(states, this.ParameterOf(InputWeight), this.ParameterOf(InputBias));

        /// <summary>The same as <see cref="forward"/> without a mask.</summary>
        /// <param name="states"><c>[1, L, width]</c>.</param>
        /// <param name="weights">Mean attention of the heads, <c>[L, L]</c>.</param>
        public Tensor WithWeights(Tensor states, out Tensor weights)
        {
            using var scope = NewDisposeScope();
            var parts = Split(Project(states));
            List<Tensor> mixed = [];
            weights = MeanWeights(parts[0], parts[1], (head, ofHead) => mixed.Add(ofHead.matmul(parts[2][0, head]).MoveToOuterDisposeScope())).MoveToOuterDisposeScope();
            return Joined(stack(mixed, 0).unsqueeze(0)).MoveToOuterDisposeScope();
        }

        /// <summary>The same, and beside it what self-correlations gather: softmax(q·qᵀ·s), softmax(k·kᵀ·s) and softmax(v·vᵀ·s), averaged, their heads in one matrix for the values of every head.</summary>
        /// <param name="states"><c>[1, L, width]</c>.</param>
        /// <param name="sum">How heads become one matrix.</param>
        /// <param name="gathered"><c>[1, L, width]</c>.</param>
        /// <param name="weights">Mean attention of the heads, <c>[L, L]</c>.</param>
        public Tensor WithCalibration(Tensor states, HeadSum sum, out Tensor gathered, out Tensor weights)
        {
            using var scope = NewDisposeScope();
            var parts = Split(Project(states));
            var scale = Math.Pow(parts[0].shape[3], -0.5);
            var correlations = zeros([states.shape[1], states.shape[1]], dtype: parts[0].dtype, device: states.device);
            List<Tensor> mixed = [];
            weights = MeanWeights(parts[0], parts[1], (head, ofHead) =>
            {
                mixed.Add(ofHead.matmul(parts[2][0, head]).MoveToOuterDisposeScope());
                foreach (var part in parts) correlations.add_((part[0, head] * scale).matmul(part[0, head].t()).softmax(-1));
            }).MoveToOuterDisposeScope();
            correlations.div_(sum == HeadSum.Mean ? parts.Length * heads : parts.Length);
            gathered = Joined(correlations.matmul(parts[2])).MoveToOuterDisposeScope();
            return Joined(stack(mixed, 0).unsqueeze(0)).MoveToOuterDisposeScope();
        }

        /// <summary>Mean attention of the heads, <c>[L, L]</c>: of a place in each row.</summary>
        /// <param name="projected"><c>[1, L, 3·width]</c>.</param>
        public Tensor WeightsOf(Tensor projected)
        {
            using var scope = NewDisposeScope();
            var parts = Split(projected);
            return MeanWeights(parts[0], parts[1], (_, _) => { }).MoveToOuterDisposeScope();
        }

        /// <summary>Every place but the first, with offsets to the input of these.</summary>
        /// <param name="projected"><c>[1, L, 3·width]</c>.</param>
        /// <param name="offsets"><c>[rows, width]</c>.</param>
        /// <returns><c>[rows, L − 1, width]</c>.</returns>
        public Tensor OfOthers(Tensor projected, Tensor offsets)
        {
            using var scope = NewDisposeScope();
            // The projection is linear: one row of offsets goes through it in place of every place's.
            var shifted = projected[TensorIndex.Colon, TensorIndex.Slice(1)] + nn.functional.linear(offsets, this.ParameterOf(InputWeight)).unsqueeze(1);
            var parts = Split(cat([projected[TensorIndex.Colon, TensorIndex.Slice(0, 1)].expand(offsets.shape[0], -1, -1), shifted], 1));
            var queries = parts[0][TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(1)];
            return Joined(nn.functional.scaled_dot_product_attention(queries, parts[1], parts[2])).MoveToOuterDisposeScope();
        }

        /// <summary>What the first place of each sequence attends to: its query alone, with the keys and values of all.</summary>
        /// <returns><c>[N, width]</c>.</returns>
        public Tensor First(Tensor states)
        {
            using var scope = NewDisposeScope();
            var (count, length, width) = (states.shape[0], states.shape[1], states.shape[2]);
            var (inputWeight, inputBias) = (this.ParameterOf(InputWeight), this.ParameterOf(InputBias));
            var query = WideLinear.Apply(states[TensorIndex.Colon, 0], inputWeight[TensorIndex.Slice(0, width)], inputBias[TensorIndex.Slice(0, width)]).view(count, heads, 1, width / heads);
            var others = WideLinear.Apply(states, inputWeight[TensorIndex.Slice(width)], inputBias[TensorIndex.Slice(width)]).view(count, length, 2, heads, width / heads).permute(2, 0, 3, 1, 4).unbind(0);
            return WideLinear.Apply(nn.functional.scaled_dot_product_attention(query, others[0], others[1]).reshape(count, width), output).MoveToOuterDisposeScope();
        }

        /// <returns>Queries, keys and values, each <c>[N, heads, L, width / heads]</c>. Unbound, not indexed: the gradients of the parts are put together in one pass.</returns>
        private Tensor[] Split(Tensor projected) => projected.view(projected.shape[0], projected.shape[1], 3, heads, projected.shape[2] / 3 / heads).permute(2, 0, 3, 1, 4).unbind(0);

        /// <param name="mixed"><c>[N, heads, L, width / heads]</c>.</param>
        /// <returns><c>[N, L, width]</c>.</returns>
        private Tensor Joined(Tensor mixed) => WideLinear.Apply(mixed.transpose(1, 2).reshape(mixed.shape[0], mixed.shape[2], mixed.shape[1] * mixed.shape[3]), output);

        /// <summary>One head after the other: the attention of all heads of a photograph is larger than the caches.</summary>
        /// <param name="use">Is given the head and its attention, <c>[L, L]</c>.</param>
        /// <returns><c>[L, L]</c>.</returns>
        private Tensor MeanWeights(Tensor queries, Tensor keys, Action<int, Tensor> use)
        {
            var sum = zeros([queries.shape[2], queries.shape[2]], dtype: queries.dtype, device: queries.device);
            for (var head = 0; head < heads; head++)
            {
                using var scope = NewDisposeScope();
                var ofHead = (queries[0, head] * Math.Pow(queries.shape[3], -0.5)).matmul(keys[0, head].t()).softmax(-1);
                sum.add_(ofHead);
                use(head, ofHead);
            }

            return sum.div_(heads);
        }
    }

    private sealed class FeedForward : nn.Module<Tensor, Tensor>
    {
        private readonly Linear expand;
        private readonly Linear contract;

        public FeedForward(int width, int layers) : base("MLP")
        {
            expand = nn.Linear(width, 4 * width);
            contract = nn.Linear(4 * width, width);
            using (no_grad())
            {
                nn.init.normal_(expand.weight!, std: Math.Pow(2.0 * width, -0.5));
                nn.init.normal_(contract.weight!, std: Math.Pow(width, -0.5) * Math.Pow(2.0 * layers, -0.5));
            }

            register_module("c_fc", expand);
            register_module("c_proj", contract);
        }

        public override Tensor forward(Tensor states)
        {
            using var scope = NewDisposeScope();
            var hidden = WideLinear.Apply(states, expand);
            // QuickGELU, not GELU: the published weights were trained with it.
            return WideLinear.Apply(hidden * (hidden * 1.702).sigmoid_(), contract).MoveToOuterDisposeScope();
        }
    }
}
