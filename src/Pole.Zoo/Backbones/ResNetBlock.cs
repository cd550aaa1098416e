namespace Pole.Zoo.Backbones;

/// <summary>The residual blocks of He et al. 2016.</summary>
public enum ResNetBlock
{
    /// <summary>Convolutions of 1×1, 3×3 and 1×1 with four times as many outputs: ResNet-50 and deeper.</summary>
    Bottleneck,

    /// <summary>Two convolutions of 3×3: ResNet-18 and 34.</summary>
    Basic,
}
