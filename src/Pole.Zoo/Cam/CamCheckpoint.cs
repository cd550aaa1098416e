using Pole.Zoo.Weights;

namespace Pole.Zoo.Cam;

/// <summary>
/// Weights of a CAM network: this project's own, or a checkpoint of CLIMS (CVI-SZU/CLIMS, res50_cam.pth and res50_clims.pth), whose
/// state dictionary lists every weight of the backbone three times: under <c>resnet50.</c>, under the stages that share it, and under the list of the stages.
/// </summary>
public static class CamCheckpoint
{
    private const string ClimsBackbone = "resnet50.", ClimsClassifier = "classifier.", Own = "backbone.", ImageNetClassifier = "fc.";
    private const string Stages = "stage", StageList = "backbone.", HeadList = "newly_added.0.";

    /// <summary>Where CLIMS's stages have what a ResNet has: the first has the stem too, between ReLU and pooling.</summary>
    private static readonly (string Layer, int Stage, string Name)[] StageLayers = [("conv1.", 1, "0."), ("bn1.", 1, "1."), ("layer1.", 1, "4."), ("layer2.", 2, "0."), ("layer3.", 3, "0."), ("layer4.", 4, "0.")];

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

    /// <summary>CLIMS's keys of a weight of the network: that of <see cref="FromClims"/>, then the aliases.</summary>
    public static IReadOnlyList<string> ToClims(string name)
    {
        if (name.StartsWith(ClimsClassifier, StringComparison.Ordinal)) return [name, HeadList + name[ClimsClassifier.Length..]];
        var inner = name[Own.Length..];
        var (layer, stage, place) = StageLayers.First(entry => inner.StartsWith(entry.Layer, StringComparison.Ordinal));
        var rest = place + inner[layer.Length..];
        return [ClimsBackbone + inner, $"{Stages}{stage}.{rest}", $"{StageList}{stage - 1}.{rest}"];
    }
}
