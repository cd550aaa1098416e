using Pole.Zoo.Clip;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Segmentation.WeClip;

/// <summary>A transformer over the cells of a feature map, without positions, and a classifier (zbf1991/WeCLIP, WeCLIP_model/Decoder/TransDecoder.py): <c>[N, width, h, w]</c> to <c>[N, labels, h, w]</c>. Its blocks are those of CLIP.</summary>
internal sealed class TransformerDecoder : nn.Module<Tensor, Tensor>
{
    private readonly ClipTransformer transformer;
    private readonly Conv2d classifier;

    public TransformerDecoder(int width, int layers, int heads, int labels) : base("TransformerDecoder")
    {
        register_module("transformer", transformer = new ClipTransformer(width, layers, heads, causal: false));
        register_module("linear_pred", classifier = nn.Conv2d(width, labels, 1));
    }

    public override Tensor forward(Tensor features)
    {
        using var scope = NewDisposeScope();
        var decoded = transformer.call(features.flatten(2).transpose(1, 2)).transpose(1, 2);
        return classifier.call(decoded.reshape(features.shape)).MoveToOuterDisposeScope();
    }
}
