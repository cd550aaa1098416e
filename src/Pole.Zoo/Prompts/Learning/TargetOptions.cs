using System.ComponentModel.DataAnnotations;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Prompts.Learning;

/// <summary>
/// Target optimisation: the template stays, and the embeddings of the name's own tokens are learned, from the name onwards (POLE, WACV
/// 2024, Figure 1: optimising the class token instead of the context).
/// </summary>
[PoleModule("target")]
public sealed record TargetOptions : IModuleOptions<PromptLearner, PromptNames>
{
    /// <summary>Learning rate, as a multiple of the backbone's.</summary>
    [Range(0.0, 1000.0)] public double Rate { get; init; } = 1;

    public PromptLearner Create(PromptNames below, ModuleContext context) => new TargetLearner(below.Clip, this, below.Template, below.Names, context.Device);

    private sealed class TargetLearner : PromptLearner
    {
        private readonly ClipModel clip;
        private const string Target = "target", Embedded = "embedded", IsTarget = "is_target", Ends = "ends";

        public TargetLearner(ClipModel clip, TargetOptions options, string template, IReadOnlyList<PromptName> names, Device device) : base("TargetLearner")
        {
            (this.clip, Rate) = (clip, options.Rate);
            using var scope = NewDisposeScope();
            using (no_grad())
            {
                var rows = PromptTokens.Encode(clip, [.. names.Select(entry => template.Replace("{}", entry.Name, StringComparison.Ordinal))], device);
                var first = 1 + PromptTokens.Count(clip, template[..template.IndexOf("{}", StringComparison.Ordinal)]);
                var mask = zeros(rows.shape[0], rows.shape[1], 1, device: device);
                for (var row = 0; row < names.Count; row++) mask[row, TensorIndex.Slice(first, first + PromptTokens.Count(clip, names[row].Name))] = 1;
                var embedded = clip.EmbedTokens(rows).DetachFromDisposeScope();
                var isTarget = mask.DetachFromDisposeScope();
                var ends = rows.argmax(1).DetachFromDisposeScope();
                var target = new Parameter((embedded * isTarget).DetachFromDisposeScope());
                register_parameter(Target, target);
                register_buffer(Embedded, embedded);
                register_buffer(IsTarget, isTarget);
                register_buffer(Ends, ends);
            }
        }

        public override double Rate { get; }

        public override Tensor Encode(Tensor rows)
        {
            using var scope = NewDisposeScope();
            var mask = this.BufferOf(IsTarget).index_select(0, rows);
            var prompts = this.BufferOf(Embedded).index_select(0, rows) * (1 - mask) + this.ParameterOf(Target).index_select(0, rows) * mask;
            return clip.EncodeEmbedded(prompts, this.BufferOf(Ends).index_select(0, rows)).MoveToOuterDisposeScope();
        }
    }
}
