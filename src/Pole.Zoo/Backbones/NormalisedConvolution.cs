using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Backbones;

/// <summary>
/// A convolution without bias and the batch norm behind it. Where the norm's statistics stand still and neither layer learns, the norm is folded into the convolution's weight and bias, provided that this
/// touches fewer numbers than the norm would: at the early layers of large images, which is where norms take time.
/// </summary>
internal static class NormalisedConvolution
{
    /// <param name="input"><c>[N, C, H, W]</c>.</param>
    /// <param name="width">Channels of the network's stem: narrow networks, such as those of Shapes, keep their results to the bit.</param>
    /// <returns><c>[N, outputs, h, w]</c>.</returns>
    public static Tensor Apply(Conv2d convolution, BatchNorm2d norm, Tensor input, int width)
    {
        using var scope = NewDisposeScope();
        var weight = convolution.weight!;
        var learns = is_grad_enabled() && (weight.requires_grad || norm.weight!.requires_grad);
        return (norm.training || learns || width < ChannelsLast.Wide || !Pays(convolution, input) ? norm.call(convolution.call(input)) : Folded(convolution, norm, input)).MoveToOuterDisposeScope();
    }

    /// <summary>Whether there are more cells to normalise than weights of a channel to fold into.</summary>
    private static bool Pays(Conv2d convolution, Tensor input) =>
        input.shape[0] * input.shape[2] * input.shape[3] >= convolution.weight!.numel() / convolution.out_channels * convolution.stride[0] * convolution.stride[1];

    private static Tensor Folded(Conv2d convolution, BatchNorm2d norm, Tensor input)
    {
        var scale = norm.weight! / (norm.running_var! + norm.eps).sqrt();
        return nn.functional.conv2d(input, convolution.weight! * scale.view(-1, 1, 1, 1), norm.bias! - norm.running_mean! * scale, convolution.stride, convolution.padding!, convolution.dilation);
    }
}
