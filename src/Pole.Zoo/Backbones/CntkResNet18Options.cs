using System.ComponentModel.DataAnnotations;
using Pole.Zoo.Weights;

namespace Pole.Zoo.Backbones;

/// <summary>
/// The ResNet of ML.NET's image featurizer, trained with CNTK: basic blocks [2, 2, 2, 3], one more than torchvision's ResNet-18 in its last stage. It sees bytes less a mean colour, blue first; its package does not
/// name what it was trained on.
/// </summary>
[PoleModule("cntk-resnet18")]
public sealed record CntkResNet18Options : IModuleOptions<Backbone>, IBackboneShape, IReadsWeights
{
    private const int Width = 64;

    private static readonly int[] Blocks = [2, 2, 2, 3];

    private static readonly PublishedWeights Published = new("ResNet18.onnx", "the NuGet package Microsoft.ML.DnnImageFeaturizer.ResNet18 0.23.1, tools/DnnImageModels/ResNet18Onnx");

    /// <summary>CNTK's number of each convolution, and of the first value of the norm behind it, by the name of the block or layer that they are in.</summary>
    private static readonly (string Convolution, string Norm, int Weight, int Scale)[] Numbers =
    [
        ("conv1", "bn1", 91, 96),
        ("layer1.0.conv1", "layer1.0.bn1", 86, 113), ("layer1.0.conv2", "layer1.0.bn2", 82, 127), ("layer1.1.conv1", "layer1.1.bn1", 77, 144), ("layer1.1.conv2", "layer1.1.bn2", 73, 158),
        ("layer2.0.conv1", "layer2.0.bn1", 68, 175), ("layer2.0.conv2", "layer2.0.bn2", 64, 189), ("layer2.0.downsample.0", "layer2.0.downsample.1", 199, 203),
        ("layer2.1.conv1", "layer2.1.bn1", 59, 220), ("layer2.1.conv2", "layer2.1.bn2", 55, 234),
        ("layer3.0.conv1", "layer3.0.bn1", 50, 251), ("layer3.0.conv2", "layer3.0.bn2", 46, 265), ("layer3.0.downsample.0", "layer3.0.downsample.1", 275, 279),
        ("layer3.1.conv1", "layer3.1.bn1", 41, 296), ("layer3.1.conv2", "layer3.1.bn2", 37, 310),
        ("layer4.0.conv1", "layer4.0.bn1", 32, 327), ("layer4.0.conv2", "layer4.0.bn2", 28, 341), ("layer4.0.downsample.0", "layer4.0.downsample.1", 351, 355),
        ("layer4.1.conv1", "layer4.1.bn1", 23, 372), ("layer4.1.conv2", "layer4.1.bn2", 19, 386), ("layer4.2.conv1", "layer4.2.bn1", 14, 403), ("layer4.2.conv2", "layer4.2.bn2", 10, 417),
    ];

    private static readonly Dictionary<string, string> Names = Numbers.SelectMany(layer => new[]
    {
        ($"Parameter{layer.Weight}", $"{layer.Convolution}.weight"), ($"Parameter{layer.Scale}", $"{layer.Norm}.weight"), ($"Parameter{layer.Scale + 1}", $"{layer.Norm}.bias"),
        ($"Constant{layer.Scale + 2}", $"{layer.Norm}.running_mean"), ($"Constant{layer.Scale + 3}", $"{layer.Norm}.running_var"),
    }).ToDictionary(StringComparer.Ordinal);

    /// <summary>Output stride of the last stage, in pixels; 32 is the network as it was trained.</summary>
    [AllowedValues(8, 16, 32)] public int Stride { get; init; } = 16;

    /// <summary>Dilation of each of the four stages after its first block. Left out: 1, and at stride 8 1, 1, 2, 2, as CLIMS has it.</summary>
    [Length(4, 4)] public IReadOnlyList<int>? Dilations { get; init; }

    public BackboneShape Shape => new(Stride, HasStages: true, PixelNormalisation.Cntk);

    public IReadOnlyList<string> WeightFiles(ModuleContext context) => [Published.Locate(context)];

    public Backbone Create(ModuleContext context)
    {
        if (context.WithoutWeights) return Untrained();
        using var file = Published.Open(context);
        var backbone = Untrained();
        StateDictionary.Load(backbone, file.Tensors, file.Path, key => Names.GetValueOrDefault(key, key));
        return backbone;
    }

    private ResNet Untrained() => new(Width, Blocks, Stride, freezeStem: true, Dilations, ResNetBlock.Basic, PixelNormalisation.Cntk);
}
