using Pole.Zoo.Clip;
using static TorchSharp.torch;

namespace Pole.Zoo.Weights;

/// <summary>What a weights file is, without reading its values.</summary>
/// <param name="Architecture">Read off names and shapes; "unknown" where they are of no network of this zoo.</param>
/// <param name="Parameters">Elements of all floating-point tensors.</param>
/// <param name="Types">Number of tensors of each type.</param>
public sealed record WeightSummary(WeightFileKind Kind, string Architecture, int Tensors, long Parameters, IReadOnlyDictionary<ScalarType, int> Types)
{
    private const string ClimsPrefix = "resnet50.", OwnPrefix = "backbone.";

    public static WeightSummary Of(WeightFile file) => new(file.Kind, ArchitectureOf(file), file.Tensors.Count,
        file.Tensors.Values.Where(tensor => tensor.Type is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64).Sum(tensor => tensor.Count),
        file.Tensors.Values.GroupBy(tensor => tensor.Type).ToDictionary(group => group.Key, group => group.Count()));

    private static string ArchitectureOf(WeightFile file)
    {
        var keys = file.Tensors.Keys;
        if (keys.Contains("token_embedding.weight") || HuggingFaceClip.Has(file.Tensors)) return ClipLoader.Describe(file).Architecture.Name;
        if (keys.Contains($"{ClimsPrefix}conv1.weight")) return $"CLIMS CAM network on {ResNetOf(ClimsPrefix)}";
        if (keys.Contains($"{OwnPrefix}conv1.weight")) return $"{(keys.Contains("classifier.weight") ? "CAM network" : "network")} of this project on {ResNetOf(OwnPrefix)}";
        return keys.Contains("conv1.weight") && keys.Contains("layer4.0.conv1.weight") ? ResNetOf("") : "unknown";

        string ResNetOf(string prefix)
        {
            int[] blocks = [.. Enumerable.Range(1, 4).Select(stage => keys.Where(key => key.StartsWith($"{prefix}layer{stage}.", StringComparison.Ordinal)).Select(key => key[prefix.Length..].Split('.')[1]).Distinct().Count())];
            return blocks switch { [3, 4, 6, 3] => "ResNet-50", [3, 4, 23, 3] => "ResNet-101", _ => $"ResNet with {string.Join(", ", blocks)} blocks" };
        }
    }
}
