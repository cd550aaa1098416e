using System.ComponentModel.DataAnnotations;

namespace Pole.Zoo.Backbones;

/// <summary>ResNet-50 with torchvision's ImageNet weights, the backbone of CLIMS and POLE.</summary>
[PoleModule("resnet50")]
public sealed record ResNet50Options : IModuleOptions<Backbone>
{
    /// <summary>Output stride of the last stage, in pixels.</summary>
    [AllowedValues(8, 16)] public int Stride { get; init; } = 16;

    /// <summary>Start from ImageNet weights.</summary>
    public bool Pretrained { get; init; } = true;

    public Backbone Create(ModuleContext context) => TorchvisionResNet.Create("resnet50-19c8e357.pth", [3, 4, 6, 3], Stride, Pretrained, context);
}
