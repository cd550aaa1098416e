using Pole.Compute;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Backbones;

/// <summary>
/// The order in memory in which convolutions of published networks are fastest on CPUs: a cell's channels side by side. oneDNN computes in blocks of channels; from
/// planes, torch has it reorder every layer's input and output (docs/scaling.md has what this gains). All layers after the first keep the order of their input.
/// With AVX2 only inference gains: gradients of weights are slower so.
/// </summary>
internal static class ChannelsLast
{
    /// <summary>Channels of a network's stem from which on it is used: narrower ones gain less, and Shapes keeps its results to the bit.</summary>
    public const int Wide = 64;

    /// <param name="images"><c>[N, C, H, W]</c>.</param>
    /// <param name="width">Channels of the stem that they go into.</param>
    /// <returns>The same values, in the order that suits.</returns>
    public static Tensor For(int width, Tensor images) =>
        OneDnn.IsUsed && width >= Wide && images.device_type == DeviceType.CPU && (TorchInstructions.HaveAvx512 || !is_grad_enabled()) ? images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : images.alias();
}
