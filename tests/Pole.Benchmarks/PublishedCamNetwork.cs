using Pole.Zoo.Backbones;
using Pole.Zoo.Cam;
using Pole.Zoo.Tests;
using static TorchSharp.torch;

namespace Pole.Benchmarks;

/// <summary>The CAM network's layers as torch runs them by itself.</summary>
internal static class PublishedCamNetwork
{
    /// <summary>Maps <c>[N, K, h, w]</c> of images <c>[N, 3, H, W]</c>.</summary>
    public static Tensor Maps(ClassifierCamNetwork network, Tensor images)
    {
        using var scope = NewDisposeScope();
        return nn.functional.conv2d(new PublishedResNet((ResNet)network.Backbone).Features(images), network.HeadParameters.Single()).MoveToOuterDisposeScope();
    }
}
