namespace Pole.Zoo.Clip;

/// <summary>Where the weights of a CLIP with a ViT tower come from.</summary>
public enum ClipSource
{
    /// <summary>OpenAI's TorchScript archive, in 16-bit floats, and <c>bpe_simple_vocab_16e6.txt.gz</c>.</summary>
    OpenAi,

    /// <summary>OpenAI's folder on Hugging Face: <c>config.json</c>, <c>model.safetensors</c>, and <c>vocab.json</c> with <c>merges.txt</c> or <c>tokenizer.json</c>.</summary>
    HuggingFace,
}

/// <summary>A published CLIP with a ViT tower, which is on Hugging Face too.</summary>
public abstract record PublishedVitOptions : PublishedClipOptions
{
    private readonly PublishedClip published;

    private protected PublishedVitOptions(PublishedClip published) : base(published) => this.published = published;

    /// <summary>Which of the two publications is read.</summary>
    public ClipSource Source { get; init; } = ClipSource.OpenAi;

    public override IReadOnlyList<string> WeightFiles(ModuleContext context) => Source == ClipSource.OpenAi ? base.WeightFiles(context) : HuggingFaceClip.FilesOf(published.HuggingFace.Locate(context));

    private protected override ClipModel Load(ModuleContext context)
    {
        if (Source == ClipSource.OpenAi) return base.Load(context);

        var tokenizer = Tokenizer(context);
        using var weights = published.HuggingFace.Open(context);
        return ClipLoader.Load(weights, tokenizer);
    }

    private protected override ClipTokenizer Tokenizer(ModuleContext context) => Source == ClipSource.OpenAi ? base.Tokenizer(context) : HuggingFaceClip.ReadTokenizer(published.HuggingFace.Locate(context));
}
