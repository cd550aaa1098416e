using Pole.Zoo.Weights;

namespace Pole.Zoo.Clip;

/// <summary>Makes a CLIP model from weights under OpenAI's names or Hugging Face's.</summary>
public static class ClipLoader
{
    /// <exception cref="ExperimentException">The weights are not those of a CLIP.</exception>
    public static ClipNetwork Load(WeightFile file, ITextTokenizer tokenizer)
    {
        var (architecture, weights) = Describe(file);
        var clip = new ClipNetwork(architecture, tokenizer);
        StateDictionary.Load(clip, weights, file.Path);
        return clip;
    }

    /// <summary>The architecture that the weights say, and the weights under OpenAI's names.</summary>
    public static (ClipArchitecture Architecture, IReadOnlyDictionary<string, StoredTensor> Weights) Describe(WeightFile file)
    {
        if (HuggingFaceClip.Has(file.Tensors)) return HuggingFaceClip.Describe(file);
        // OpenAI's archives hold three numbers of the model beside its weights.
        var weights = file.Tensors.Where(entry => entry.Key is not ("input_resolution" or "context_length" or "vocab_size")).ToDictionary(StringComparer.Ordinal);
        return (ClipArchitecture.FromWeights(weights, file.Path), weights);
    }
}
