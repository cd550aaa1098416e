using Pole.Zoo.Weights;

namespace Pole.Zoo.Clip;

/// <summary>Makes a CLIP model from weights under OpenAI's names or Hugging Face's.</summary>
public static class ClipLoader
{
    /// <exception cref="ExperimentException">The weights are not those of a CLIP, or the tokenizer is another model's.</exception>
    public static ClipNetwork Load(WeightFile file, ITextTokenizer tokenizer)
    {
        var (architecture, weights) = Describe(file);
        if (tokenizer is ClipTokenizer published && (published.VocabularySize, published.ContextLength) != (architecture.VocabularySize, architecture.ContextLength))
            throw new ExperimentException($"{published.Source} has {published.VocabularySize} tokens for texts of {published.ContextLength}, the weights {file.Path} have embeddings of {architecture.VocabularySize} for texts of {architecture.ContextLength}: "
                + "put the vocabulary that was published with the weights beside them");
        var clip = new ClipNetwork(architecture, tokenizer);
        StateDictionary.Load(clip, weights, file.Path);
        return clip;
    }

    /// <summary>The architecture that the weights say, and the weights under OpenAI's names.</summary>
    /// <exception cref="ExperimentException">The weights are not those of a CLIP.</exception>
    public static (ClipArchitecture Architecture, IReadOnlyDictionary<string, StoredTensor> Weights) Describe(WeightFile file) => InputFile.Read(file.Path, "the weights of a CLIP", "get or write the file again", () =>
    {
        var described = HuggingFaceClip.Has(file.Tensors) ? HuggingFaceClip.Describe(file) : DescribeOpenAi(file);
        described.Architecture.RequirePossible(file.Path);
        return described;
    });

    private static (ClipArchitecture Architecture, IReadOnlyDictionary<string, StoredTensor> Weights) DescribeOpenAi(WeightFile file)
    {
        // OpenAI's archives hold three numbers of the model beside its weights.
        var weights = file.Tensors.Where(entry => entry.Key is not ("input_resolution" or "context_length" or "vocab_size")).ToDictionary(StringComparer.Ordinal);
        return (ClipArchitecture.FromWeights(weights, file.Path), weights);
    }
}
