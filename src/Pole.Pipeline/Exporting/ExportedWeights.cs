using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Pipeline.Exporting;

/// <summary>Weights of a network under their published names.</summary>
public static class ExportedWeights
{
    /// <summary>The one name that a weight has in formats without aliases.</summary>
    public static string NameOf(nn.Module network, string name) => NamesOf(network, name)[0];

    /// <summary>As safetensors.</summary>
    public static void WriteSafetensors(string path, nn.Module network)
    {
        using var scope = NewDisposeScope();
        Safetensors.Write(path, StateDictionary.Save(network).ToDictionary(weight => NameOf(network, weight.Key), weight => weight.Value, StringComparer.Ordinal));
    }

    /// <summary>As a state dictionary of PyTorch.</summary>
    public static void WritePyTorch(string path, nn.Module network)
    {
        using var scope = NewDisposeScope();
        TorchArchive.Write(path, [.. StateDictionary.Save(network).Select(weight => (NamesOf(network, weight.Key), weight.Value))]);
    }

    private static IReadOnlyList<string> NamesOf(nn.Module network, string name) => network is IPublishedNames published ? published.PublishedNamesOf(name) : [name];
}
