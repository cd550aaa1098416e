using System.ComponentModel.DataAnnotations;

namespace Pole.Zoo.Backbones;

/// <summary>ResNet-101 with torchvision's ImageNet weights.</summary>
[PoleModule("resnet101")]
public sealed record ResNet101Options : IModuleOptions<Backbone>
{
    /// <summary>Output stride of the last stage, in pixels.</summary>
    [AllowedValues(8, 16)] public int Stride { get; init; } = 16;

    /// <summary>Start from ImageNet weights.</summary>
    public bool Pretrained { get; init; } = true;

    public Backbone Create(ModuleContext context) => TorchvisionResNet.Create("resnet101-5d3b4d8f.pth", [3, 4, 23, 3], Stride, Pretrained, context);
}
