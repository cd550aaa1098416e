using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>The batch norms of the backbones in a network during a training. Norms of heads always move.</summary>
internal static class BackboneNorms
{
    /// <summary>Before the optimiser is made: it leaves out what requires no gradient.</summary>
    public static void Freeze(nn.Module network, NormMode? mode)
    {
        if (mode is not NormMode.Frozen) return;
        foreach (var parameter in Of(network).SelectMany(norm => norm.parameters())) parameter.requires_grad_(false);
    }

    /// <summary>Training mode, without those that stand still.</summary>
    public static void Train(nn.Module network, NormMode? mode)
    {
        network.train();
        if (mode is null or NormMode.Moving) return;
        foreach (var norm in Of(network)) norm.eval();
    }

    private static IEnumerable<BatchNorm2d> Of(nn.Module network) => network.modules().OfType<Backbone>().SelectMany(backbone => backbone.modules()).OfType<BatchNorm2d>();
}
