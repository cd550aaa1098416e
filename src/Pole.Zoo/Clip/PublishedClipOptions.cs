using Pole.Zoo.Weights;

namespace Pole.Zoo.Clip;

/// <summary>A CLIP that OpenAI published; its architecture is read off the weights.</summary>
public abstract record PublishedClipOptions : IModuleOptions<ClipModel>, IClipShape
{
    private const int PublishedContextLength = 77;

    public ClipShape Shape => new(EmbeddingSize, PublishedContextLength);

    private protected abstract int EmbeddingSize { get; }

    private protected abstract PublishedWeights OpenAi { get; }

    public virtual ClipModel Create(ModuleContext context)
    {
        PublishedWeights.Require(context, OpenAi, ClipTokenizer.Vocabulary);
        using var archive = OpenAi.Open(context);
        return ClipLoader.Load(archive, ClipTokenizer.Read(ClipTokenizer.Vocabulary.Locate(context)));
    }

    private protected static PublishedWeights OpenAiFile(string name, string sha256) => new(name, $"https://openaipublic.azureedge.net/clip/models/{sha256}/{name}", sha256);
}
