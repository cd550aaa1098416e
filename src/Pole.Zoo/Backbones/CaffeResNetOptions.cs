using System.ComponentModel.DataAnnotations;
using Pole.Zoo.Weights;

namespace Pole.Zoo.Backbones;

/// <summary>DeepLab v2's ResNet with stride 8, in Caffe's layout and colours; the defaults are those of ResNet-101.</summary>
[PoleModule("caffe-resnet")]
public sealed record CaffeResNetOptions : IModuleOptions<Backbone>, IBackboneShape, IReadsWeights
{
    /// <summary>Channels of the stem.</summary>
    [Range(4, 256)] public int Width { get; init; } = 64;

    /// <summary>Blocks of each of the four stages.</summary>
    [Length(4, 4)] public IReadOnlyList<int> Blocks { get; init; } = [3, 4, 23, 3];

    /// <summary>A file in the weights folder, such as <c>deeplabv1_resnet101-imagenet.pth</c>; classifiers in it are left out. Left out: random weights.</summary>
    public string? Weights { get; init; }

    /// <summary>Share of a new batch in the running statistics of batch norm; raise it to train from random weights.</summary>
    [Range(0.0001, 1.0)] public double NormMomentum { get; init; } = 0.001;

    public BackboneShape Shape => new(8, HasStages: true, PixelNormalisation.Caffe);

    public IReadOnlyList<string> WeightFiles(ModuleContext context) => Weights is { } file ? [Published(file).Locate(context)] : [];

    public Backbone Create(ModuleContext context)
    {
        var backbone = new CaffeResNet(Width, Blocks, NormMomentum);
        if (Weights is null || context.WithoutWeights) return backbone;

        using var file = Published(Weights).Open(context);
        StateDictionary.Load(backbone, file.Tensors, file.Path, Name);
        return backbone;
    }

    private static PublishedWeights Published(string file) => new(file, "segmentation/deeplabv2/README.md of https://github.com/CVI-SZU/CLIMS (ImageNet, COCO), the README of https://github.com/kazuto1011/deeplab-pytorch (COCO), or from a training of your own");

    /// <summary>Files of a whole multi-scale network have a prefix, and classifiers that do not fit another number of labels.</summary>
    private static string? Name(string key)
    {
        const string wrapper = "base.";
        var name = key.StartsWith(wrapper, StringComparison.Ordinal) ? key[wrapper.Length..] : key;
        return name.StartsWith("aspp.", StringComparison.Ordinal) || name.StartsWith("fc.", StringComparison.Ordinal) ? null : name;
    }
}
