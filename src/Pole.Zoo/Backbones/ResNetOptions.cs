using System.ComponentModel.DataAnnotations;

namespace Pole.Zoo.Backbones;

/// <summary>A ResNet of any width and depth, from random weights.</summary>
[PoleModule("resnet")]
public sealed record ResNetOptions : IModuleOptions<Backbone>, IBackboneShape
{
    /// <summary>Channels of the stem.</summary>
    [Range(4, 256)] public int Width { get; init; } = 16;

    /// <summary>Blocks of each of the four stages.</summary>
    [Length(4, 4)] public IReadOnlyList<int> Blocks { get; init; } = [1, 1, 1, 1];

    /// <summary>Output stride, in pixels.</summary>
    [AllowedValues(8, 16)] public int Stride { get; init; } = 16;

    /// <summary>Dilation of each of the four stages after its first block. Left out: 1, and at stride 8 1, 1, 2, 2, as CLIMS has it.</summary>
    [Length(4, 4)] public IReadOnlyList<int>? Dilations { get; init; }

    /// <summary>Its residual blocks. Left out: bottlenecks.</summary>
    public ResNetBlock? Block { get; init; }

    /// <summary>Leave the stem untrained, as the published networks do with their ImageNet stem.</summary>
    public bool FreezeStem { get; init; } = true;

    public BackboneShape Shape => new(Stride, HasStages: true, PixelNormalisation.ImageNet);

    public Backbone Create(ModuleContext context) => new ResNet(Width, Blocks, Stride, FreezeStem, Dilations, Block ?? ResNetBlock.Bottleneck);
}
