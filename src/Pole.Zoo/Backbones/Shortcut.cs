using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Backbones;

/// <summary>The parts of a block beside its branch, named as in torchvision.</summary>
internal sealed class Shortcut
{
    private readonly Conv2d convolution;
    private readonly BatchNorm2d norm;
    private readonly int width;

    private Shortcut(int channels, int outputs, int stride, int width) => (convolution, norm, this.width) = (nn.Conv2d(channels, outputs, 1, stride: stride, bias: false), nn.BatchNorm2d(outputs), width);

    /// <returns>Null where the block's input and output have one shape.</returns>
    /// <param name="width">Channels of the network's stem.</param>
    public static Shortcut? Between(int channels, int outputs, int stride, int width) => stride == 1 && channels == outputs ? null : new Shortcut(channels, outputs, stride, width);

    public nn.Module Module => nn.Sequential(("0", convolution), ("1", norm));

    public Tensor Of(Tensor input) => NormalisedConvolution.Apply(convolution, norm, input, width);

    public OnnxValue Of(OnnxGraph graph, OnnxValue input) => graph.Layers(input, convolution, norm);
}
