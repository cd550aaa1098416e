using System.Runtime.Intrinsics.X86;
using Pole.Compute;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Clip;

/// <summary>
/// A transformer's linear layers, x·Wᵀ + b, of the size that published towers have. torch computes them with MKL, which keeps to AVX2 on CPUs that are not Intel's; there they run as
/// convolutions of one cell, for which torch uses oneDNN and with it AVX-512: twice as fast (docs/scaling.md).
/// </summary>
internal static class WideLinear
{
    /// <summary>Numbers of a weight from which on the convolution is used: smaller layers gain less, and Shapes keeps its results to the bit.</summary>
    private const long Wide = 1 << 18;

    /// <summary>"Genu" of "GenuineIntel".</summary>
    private const int Intel = 0x756e6547;

    private static bool ConvolutionsAreFaster => TorchInstructions.HaveAvx512 && OneDnn.IsUsed && X86Base.CpuId(0, 0).Ebx != Intel;

    /// <param name="states"><c>[…, in]</c>.</param>
    /// <param name="weight"><c>[out, in]</c>.</param>
    /// <param name="bias"><c>[out]</c>.</param>
    /// <returns><c>[…, out]</c>.</returns>
    public static Tensor Apply(Tensor states, Tensor weight, Tensor bias)
    {
        if (!ConvolutionsAreFaster || states.device_type != DeviceType.CPU || states.dtype != ScalarType.Float32 || weight.numel() < Wide) return nn.functional.linear(states, weight, bias);

        using var scope = NewDisposeScope();
        var (outputs, inputs) = (weight.shape[0], weight.shape[1]);
        // Channels last is how the states lie in memory: nothing is copied.
        var cells = states.reshape(1, -1, 1, inputs).permute(0, 3, 1, 2);
        var mapped = nn.functional.conv2d(cells, weight.view(outputs, inputs, 1, 1), bias);
        return mapped.permute(0, 2, 3, 1).reshape([.. states.shape[..^1], outputs]).MoveToOuterDisposeScope();
    }

    public static Tensor Apply(Tensor states, Linear layer) => Apply(states, layer.weight!, layer.bias!);
}
