using System.ComponentModel.DataAnnotations;
using Pole.Zoo.Weights;

namespace Pole.Zoo.Backbones;

/// <summary>ResNet-50 with ImageNet weights (torchvision IMAGENET1K_V1 under torchvision's key names).</summary>
[PoleModule("resnet50")]
public sealed record ResNet50Options : IModuleOptions<Backbone>
{
    private static readonly PublishedWeights ImageNet = new("resnet50.safetensors",
        "https://huggingface.co/timm/resnet50.tv_in1k (model.safetensors, torchvision's ImageNet weights), renamed");

    /// <summary>Output stride of the last stage, in pixels.</summary>
    [AllowedValues(8, 16)] public int Stride { get; init; } = 16;

    /// <summary>Start from ImageNet weights.</summary>
    public bool Pretrained { get; init; } = true;

    public Backbone Create(ModuleContext context)
    {
        if (!Pretrained) return new ResNet(64, [3, 4, 6, 3], Stride, freezeStem: true);

        var path = ImageNet.Locate(context);
        var backbone = new ResNet(64, [3, 4, 6, 3], Stride, freezeStem: true);
        var weights = ImageNet.Read(context);
        StateDictionary.Load(backbone, weights, path, key => !key.StartsWith("fc.", StringComparison.Ordinal));
        foreach (var tensor in weights.Values) tensor.Dispose();
        return backbone;
    }
}
