using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Pipeline.Artifacts;

/// <summary>Networks in stage results.</summary>
internal static class WeightFiles
{
    public static void Write(string path, nn.Module network)
    {
        using var scope = NewDisposeScope();
        Safetensors.Write(path, StateDictionary.Save(network));
    }

    public static void Read(string path, nn.Module network)
    {
        using var file = WeightFile.Open(path);
        StateDictionary.Load(network, file.Tensors, path);
    }
}
