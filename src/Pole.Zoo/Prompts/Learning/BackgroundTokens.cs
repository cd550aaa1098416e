using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Prompts.Learning;

/// <summary>A prompt for each class whose tokens in place of the name are all learnt (SemPLeS, Lin et al. 2025): start, the template before the name, learned vectors, the template behind it, end. A row is a class.</summary>
public sealed class BackgroundTokens : PromptLearner
{
    private const string Learned = "tokens", Embedded = "template";

    private readonly ClipModel clip;
    private readonly int first, end;

    /// <param name="clip">Frozen; not owned.</param>
    /// <param name="template"><c>{}</c> stands for the learned vectors.</param>
    /// <param name="tokens">Learned vectors a class; each number of them begins uniform in 0…1, as published.</param>
    /// <exception cref="ExperimentException">The prompt has more tokens than CLIP's context.</exception>
    public BackgroundTokens(ClipModel clip, string template, int classes, int tokens, Device device) : base("BackgroundTokens")
    {
        this.clip = clip;
        var (length, hole) = (clip.Tokenizer.ContextLength, template.IndexOf("{}", StringComparison.Ordinal));
        long[] before = Words(template[..hole]), behind = Words(template[(hole + 2)..]);
        (first, end) = (1 + before.Length, 1 + before.Length + tokens + behind.Length);
        if (end >= length) throw new ExperimentException($"background-prompts: {tokens} learned tokens in \"{template}\" need {end + 1} tokens, CLIP's context has {length}: lower tokens");
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var empty = clip.Tokenizer.Encode("");
        long[] row = [empty[0], .. before, .. new long[tokens], .. behind, empty.Max(), .. new long[length - end - 1]];
        var embedded = clip.EmbedTokens(tensor(row, [1, length], device: device)).DetachFromDisposeScope();
        register_parameter(Learned, new Parameter(rand(classes, tokens, embedded.shape[2], device: device).DetachFromDisposeScope()));
        register_buffer(Embedded, embedded);

        long[] Words(string text) => [.. clip.Tokenizer.Encode(text).Skip(1).Take(PromptTokens.Count(clip, text))];
    }

    /// <summary>That of the training's options.</summary>
    public override double Rate => 1;

    public override Tensor Encode(Tensor rows)
    {
        using var scope = NewDisposeScope();
        var words = this.BufferOf(Embedded).expand(rows.shape[0], -1, -1);
        var learned = this.ParameterOf(Learned).index_select(0, rows);
        var prompts = cat([words.narrow(1, 0, first), learned, words.narrow(1, first + learned.shape[1], words.shape[1] - first - learned.shape[1])], 1);
        return clip.EncodeEmbedded(prompts, full([rows.shape[0]], end, dtype: ScalarType.Int64, device: rows.device)).MoveToOuterDisposeScope();
    }
}
