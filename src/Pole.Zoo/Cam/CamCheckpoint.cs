using Pole.Zoo.Weights;

namespace Pole.Zoo.Cam;

/// <summary>
/// Weights of a CAM network: this project's own, or a checkpoint of CLIMS (CVI-SZU/CLIMS, res50_cam.pth and res50_clims.pth), whose
/// state dictionary lists every weight of the backbone twice, under <c>resnet50.</c> and under the stages that share it.
/// </summary>
public static class CamCheckpoint
{
    private const string ClimsBackbone = "resnet50.", ClimsClassifier = "classifier.", Own = "backbone.", ImageNetClassifier = "fc.";

    /// <exception cref="ExperimentException">The weights do not fit the network; every key is named.</exception>
    public static void Load(CamNetwork network, WeightFile file)
    {
        var isClims = file.Tensors.Keys.Any(key => key.StartsWith(ClimsBackbone, StringComparison.Ordinal));
        StateDictionary.Load(network, file.Tensors, file.Path, isClims ? FromClims : null);
    }

    /// <summary>The network's name of a key of CLIMS, or null for an alias or ImageNet's classifier.</summary>
    public static string? FromClims(string key) =>
        key.StartsWith(ClimsClassifier, StringComparison.Ordinal) ? key
        : !key.StartsWith(ClimsBackbone, StringComparison.Ordinal) || key.StartsWith(ClimsBackbone + ImageNetClassifier, StringComparison.Ordinal) ? null
        : Own + key[ClimsBackbone.Length..];
}
