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
            var (count, length, width) = (states.shape[0], states.shape[1], states.shape[2]);
            var (inputWeight, inputBias) = (this.ParameterOf(InputWeight), this.ParameterOf(InputBias));
            // Unbound, not indexed: the gradients of the parts are put together in one pass.
            var parts = WideLinear.Apply(states, inputWeight, inputBias).view(count, length, 3, heads, width / heads).permute(2, 0, 3, 1, 4).unbind(0);
            var mixed = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: causal);
            return WideLinear.Apply(mixed.transpose(1, 2).reshape(count, length, width), output).MoveToOuterDisposeScope();
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
