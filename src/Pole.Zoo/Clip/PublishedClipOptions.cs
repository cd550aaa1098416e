using Pole.Zoo.Weights;
using TorchSharp;

namespace Pole.Zoo.Clip;

/// <summary>The type of a frozen CLIP's weights and activations.</summary>
public enum ClipPrecision
{
    Float32,

    /// <summary>Half the memory; several times as fast on GPUs and CPUs that compute in it, with 8 bits of mantissa.</summary>
    Bfloat16,
}

/// <summary>A CLIP that OpenAI published; its architecture is read off the weights.</summary>
public abstract record PublishedClipOptions : IModuleOptions<ClipModel>, IClipShape, IReadsWeights
{
    private const int PublishedContextLength = 77;

    private readonly PublishedClip published;

    private protected PublishedClipOptions(PublishedClip published) => this.published = published;

    /// <summary>The type that the towers compute in; embeddings and losses have 32 bits. Not given: float32.</summary>
    public ClipPrecision? Precision { get; init; }

    public ClipShape Shape => new(published.EmbeddingSize, PublishedContextLength) { Vit = published.Vit };

    public ClipModel Create(ModuleContext context)
    {
        var clip = Load(context);
        return Precision == ClipPrecision.Bfloat16 ? clip.to(torch.ScalarType.BFloat16) : clip;
    }

    public Func<string, int> TokenCounter(ModuleContext context)
    {
        var tokenizer = Tokenizer(context);
        return text => tokenizer.EncodeWords(text).Count;
    }

    public virtual IReadOnlyList<string> WeightFiles(ModuleContext context)
    {
        PublishedWeights.Require(context, published.OpenAi, ClipTokenizer.Vocabulary);
        return [published.OpenAi.Locate(context), ClipTokenizer.Vocabulary.Locate(context)];
    }

    private protected virtual ClipModel Load(ModuleContext context)
    {
        PublishedWeights.Require(context, published.OpenAi, ClipTokenizer.Vocabulary);
        using var archive = published.OpenAi.Open(context);
        return ClipLoader.Load(archive, Tokenizer(context));
    }

    private protected virtual ClipTokenizer Tokenizer(ModuleContext context) => ClipTokenizer.Read(ClipTokenizer.Vocabulary.Locate(context));
}
