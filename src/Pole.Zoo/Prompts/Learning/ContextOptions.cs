using System.ComponentModel.DataAnnotations;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Prompts.Learning;

/// <summary>Context optimisation (CoOp, Zhou et al. 2022; KaiyangZhou/CoOp, trainers/coop.py): learned vectors stand before the name instead of words.</summary>
[PoleModule("coop")]
public sealed record ContextOptions : IModuleOptions<PromptLearner, PromptNames>
{
    /// <summary>Number of learned vectors.</summary>
    [Range(1, 64)] public int Tokens { get; init; } = 16;

    /// <summary>A context for each class; otherwise one for all.</summary>
    public bool ClassSpecific { get; init; }

    /// <summary>Learning rate, as a multiple of the backbone's.</summary>
    [Range(0.0, 1000.0)] public double Rate { get; init; } = 1;

    public PromptLearner Create(PromptNames below, ModuleContext context) => new ContextLearner(below.Clip, this, below.Names, context.Device);

    private sealed class ContextLearner : PromptLearner
    {
        private const double InitialDeviation = 0.02;
        private const string Context = "context", Embedded = "embedded", Ends = "ends", ContextOf = "context_of";

        private readonly ClipModel clip;

        public ContextLearner(ClipModel clip, ContextOptions options, IReadOnlyList<PromptName> names, Device device) : base("ContextLearner")
        {
            (this.clip, Rate) = (clip, options.Rate);
            using var scope = NewDisposeScope();
            using (no_grad())
            {
                var rows = PromptTokens.Encode(clip, [.. names.Select(entry => entry.Name)], device);
                var ends = (rows.argmax(1) + options.Tokens).DetachFromDisposeScope();
                if (ends.max().item<long>() >= clip.Tokenizer.ContextLength)
                    throw new ExperimentException($"coop: {options.Tokens} learned tokens and a name need {ends.max().item<long>() + 1} tokens, CLIP's context has {clip.Tokenizer.ContextLength}: lower prompt.learner.tokens");
                var embedded = clip.EmbedTokens(rows).DetachFromDisposeScope();
                var contextOf = tensor(names.Select(entry => options.ClassSpecific ? (long)entry.Class : 0).ToArray(), device: device).DetachFromDisposeScope();
                var context = new Parameter((randn(options.ClassSpecific ? names.Max(entry => entry.Class) + 1 : 1, options.Tokens, embedded.shape[2], device: device) * InitialDeviation).DetachFromDisposeScope());
                register_parameter(Context, context);
                register_buffer(Embedded, embedded);
                register_buffer(Ends, ends);
                register_buffer(ContextOf, contextOf);
            }
        }

        public override double Rate { get; }

        /// <remarks>Start token, learned vectors, name, end token; what the context pushes out at the end is padding.</remarks>
        public override Tensor Encode(Tensor rows)
        {
            using var scope = NewDisposeScope();
            var words = this.BufferOf(Embedded).index_select(0, rows);
            var learned = this.ParameterOf(Context).index_select(0, this.BufferOf(ContextOf).index_select(0, rows));
            var prompts = cat([words[TensorIndex.Colon, TensorIndex.Slice(0, 1)], learned, words[TensorIndex.Colon, TensorIndex.Slice(1, words.shape[1] - learned.shape[1])]], 1);
            return clip.EncodeEmbedded(prompts, this.BufferOf(Ends).index_select(0, rows)).MoveToOuterDisposeScope();
        }
    }
}
