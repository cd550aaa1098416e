using Pole.Zoo.Weights;

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
    /// <summary>Which of the two publications is read.</summary>
    public ClipSource Source { get; init; } = ClipSource.OpenAi;

    private protected abstract string HuggingFaceName { get; }

    private PublishedWeights HuggingFace => new(HuggingFaceName, $"https://huggingface.co/openai/{HuggingFaceName} (config.json, model.safetensors, vocab.json and merges.txt, in a folder of that name)");

    public override IReadOnlyList<string> WeightFiles(ModuleContext context) => Source == ClipSource.OpenAi ? base.WeightFiles(context) : HuggingFaceClip.FilesOf(HuggingFace.Locate(context));

    private protected override ClipModel Load(ModuleContext context)
    {
        if (Source == ClipSource.OpenAi) return base.Load(context);

        var tokenizer = HuggingFaceClip.ReadTokenizer(HuggingFace.Locate(context));
        using var weights = HuggingFace.Open(context);
        return ClipLoader.Load(weights, tokenizer);
    }
}
