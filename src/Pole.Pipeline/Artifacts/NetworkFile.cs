using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Pipeline.Artifacts;

/// <summary>Networks in stage results, as safetensors.</summary>
public static class NetworkFile
{
    public static void Write(string path, nn.Module network)
    {
        using var scope = NewDisposeScope();
        Safetensors.Write(path, StateDictionary.Save(network));
    }

    /// <param name="network">Receives the weights, wherever it lies.</param>
    /// <exception cref="ExperimentException">The file is missing or damaged, or of another network.</exception>
    public static void Read(string path, nn.Module network)
    {
        using var file = WeightFile.Open(path);
        StateDictionary.Load(network, file.Tensors, path);
    }
}
