using System.ComponentModel.DataAnnotations;
using Pole.Zoo.Weights;

namespace Pole.Zoo.Backbones;

/// <summary>A ResNet with torchvision's ImageNet weights (the first version, IMAGENET1K_V1), whose names are this project's too.</summary>
public abstract record TorchvisionResNetOptions : IModuleOptions<Backbone>, IBackboneShape, IReadsWeights
{
    private const int Width = 64;
    private const string Classifier = "fc.";

    /// <summary>Output stride of the last stage, in pixels.</summary>
    [AllowedValues(8, 16)] public int Stride { get; init; } = 16;

    /// <summary>Dilation of each of the four stages after its first block. Left out: 1, and at stride 8 1, 1, 2, 2, as CLIMS has it.</summary>
    [Length(4, 4)] public IReadOnlyList<int>? Dilations { get; init; }

    /// <summary>Start from ImageNet weights.</summary>
    public bool Pretrained { get; init; } = true;

    public BackboneShape Shape => new(Stride, HasStages: true, PixelNormalisation.ImageNet);

    private protected abstract int[] Blocks { get; }

    private protected virtual ResNetBlock Block => ResNetBlock.Bottleneck;

    /// <summary>File name with the first eight digits of its SHA-256, as torchvision names it.</summary>
    private protected abstract string File { get; }

    private PublishedWeights Published => new(File, $"https://download.pytorch.org/models/{File}", Path.GetFileNameWithoutExtension(File).Split('-')[^1]);

    public IReadOnlyList<string> WeightFiles(ModuleContext context) => Pretrained ? [Published.Locate(context)] : [];

    public Backbone Create(ModuleContext context)
    {
        if (!Pretrained || context.WithoutWeights) return Untrained();

        using var weights = Published.Open(context);
        var backbone = Untrained();
        StateDictionary.Load(backbone, weights.Tensors, weights.Path, key => key.StartsWith(Classifier, StringComparison.Ordinal) ? null : key);
        return backbone;
    }

    private ResNet Untrained() => new(Width, Blocks, Stride, freezeStem: true, Dilations, Block);
}

/// <summary>ResNet-18 with torchvision's ImageNet weights.</summary>
[PoleModule("resnet18")]
public sealed record ResNet18Options : TorchvisionResNetOptions
{
    private protected override int[] Blocks => [2, 2, 2, 2];

    private protected override ResNetBlock Block => ResNetBlock.Basic;

    private protected override string File => "resnet18-f37072fd.pth";
}

/// <summary>ResNet-34 with torchvision's ImageNet weights.</summary>
[PoleModule("resnet34")]
public sealed record ResNet34Options : TorchvisionResNetOptions
{
    private protected override int[] Blocks => [3, 4, 6, 3];

    private protected override ResNetBlock Block => ResNetBlock.Basic;

    private protected override string File => "resnet34-b627a593.pth";
}

/// <summary>ResNet-50 with torchvision's ImageNet weights, the backbone of CLIMS and POLE.</summary>
[PoleModule("resnet50")]
public sealed record ResNet50Options : TorchvisionResNetOptions
{
    private protected override int[] Blocks => [3, 4, 6, 3];

    private protected override string File => "resnet50-19c8e357.pth";
}

/// <summary>ResNet-101 with torchvision's ImageNet weights.</summary>
[PoleModule("resnet101")]
public sealed record ResNet101Options : TorchvisionResNetOptions
{
    private protected override int[] Blocks => [3, 4, 23, 3];

    private protected override string File => "resnet101-5d3b4d8f.pth";
}
