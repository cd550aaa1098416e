using Pole.Zoo.Cam;
using Pole.Zoo.Optimizers;
using Pole.Zoo.Schedules;
using TorchSharp.Modules;

namespace Pole.Pipeline.Training;

/// <summary>The optimiser of a training, as its options say.</summary>
public static class TrainingOptimizer
{
    /// <param name="steps">Optimiser steps of the whole training.</param>
    public static ScheduledOptimizer Create(IReadOnlyList<ParameterGroup> groups, TrainingOptions options, long steps, ModuleContext modules) =>
        new((options.Optimizer ?? new ClimsSgdOptions()).Create(groups, modules), (options.Schedule ?? new PolyOptions()).Create(modules), [.. groups.Select(group => group.LearningRate)], steps);

    /// <summary>For the CAM network, and what is trained beside it.</summary>
    /// <param name="others">Each with its learning rate as a multiple of the backbone's.</param>
    internal static ScheduledOptimizer Create(CamNetwork network, IEnumerable<(IReadOnlyList<Parameter> Parameters, double Rate)> others, TrainingOptions options, long steps, ModuleContext modules) => Create(
    [
        new(network.BackboneParameters, options.LearningRate, options.WeightDecay),
        new(network.HeadParameters, options.LearningRate * options.HeadLrMultiplier, options.WeightDecay),
        .. others.Where(group => group.Parameters.Count > 0).Select(group => new ParameterGroup(group.Parameters, options.LearningRate * group.Rate, options.WeightDecay)),
    ], options, steps, modules);
}
