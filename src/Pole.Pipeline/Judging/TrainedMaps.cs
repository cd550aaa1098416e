using Pole.Pipeline.Stages;
using static TorchSharp.torch;

namespace Pole.Pipeline.Judging;

/// <summary>The experiment's CAM networks, as far as they are stored: nothing is trained for a check.</summary>
internal static class TrainedMaps
{
    /// <returns>The caller disposes the networks.</returns>
    public static IReadOnlyList<(string Name, CamNetwork Network)> Of(Experiment experiment, RunContext context)
    {
        var baseline = experiment with { Clip = null, Prompt = null, Objective = null, Clims = null, Adaptor = new AdaptorOptions(), Refinement = null, Segmentation = null, Stages = null };
        return [.. new[] { ("map of the baseline", Load(baseline, context)), ("map after training", experiment.Clims is null ? null : Load(experiment, context)) }.Where(map => map.Item2 is not null).Select(map => (map.Item1, map.Item2!))];
    }

    /// <param name="pixels"><c>[1, 3, H, W]</c>, ImageNet-normalised.</param>
    /// <returns><c>[H, W]</c>, 0…1.</returns>
    public static Tensor MapOf(CamNetwork network, Tensor pixels, int present) =>
        nn.functional.interpolate(network.Activations(pixels)[TensorIndex.Colon, TensorIndex.Slice(present, present + 1)], [pixels.shape[2], pixels.shape[3]], mode: InterpolationMode.Bilinear, align_corners: true)[0, 0];

    private static CamNetwork? Load(Experiment experiment, RunContext context)
    {
        using var run = new ExperimentRun(experiment, context).StoredTo(PipelineSlots.Network);
        return run?.Final(PipelineSlots.Network)?.Load();
    }
}
