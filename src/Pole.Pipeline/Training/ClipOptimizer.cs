using Pole.Zoo.Optimizers;
using Pole.Zoo.Schedules;
using TorchSharp.Modules;

namespace Pole.Pipeline.Training;

/// <summary>What CLIP is trained with (Radford et al. 2021, section 2.5): AdamW, a linear warm-up, and half a cosine.</summary>
internal static class ClipOptimizer
{
    private const double WarmUpShare = 0.05;

    /// <returns>The caller disposes it.</returns>
    public static ScheduledOptimizer Create(IEnumerable<Parameter> parameters, double learningRate, double weightDecay, int steps, ModuleContext modules) =>
        new(new AdamWOptions().Create([new(parameters, learningRate, weightDecay)], modules), new WarmUpOptions { Share = WarmUpShare, Then = new CosineOptions() }.Create(modules), [learningRate], steps);
}
