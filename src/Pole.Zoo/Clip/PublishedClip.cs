using Pole.Zoo.Weights;

namespace Pole.Zoo.Clip;

/// <summary>Makes a CLIP model from OpenAI's published weights; its architecture is read off their shapes.</summary>
internal static class PublishedClip
{
    public static ClipModel Load(PublishedWeights file, ModuleContext context)
    {
        var path = file.Locate(context);
        var tokenizer = ClipTokenizer.Read(ClipTokenizer.Vocabulary.Locate(context));
        var weights = file.Read(context);
        try
        {
            var clip = new ClipNetwork(ClipArchitecture.FromWeights(weights), tokenizer);
            StateDictionary.Load(clip, weights, path);
            return clip;
        }
        finally
        {
            foreach (var tensor in weights.Values) tensor.Dispose();
        }
    }
}
