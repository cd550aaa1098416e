using System.ComponentModel.DataAnnotations;
using TorchSharp.Modules;

namespace Pole.Zoo.Optimizers;

/// <summary>AdamW: Adam with decoupled weight decay (Loshchilov and Hutter, 2019).</summary>
[PoleModule("adamw")]
public sealed record AdamWOptions : IModuleOptions<Optimizer, IReadOnlyList<ParameterGroup>>
{
    /// <summary>Decay of the mean of gradients.</summary>
    [Range(0.0, 0.999999)] public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the mean of squared gradients.</summary>
    [Range(0.0, 0.999999)] public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the mean of squared gradients.</summary>
    [Range(0.0, 1.0)] public double Epsilon { get; init; } = 1e-8;

    public Optimizer Create(IReadOnlyList<ParameterGroup> below, ModuleContext context) => new TorchOptimizer(new AdamW(below.Select(group => new AdamW.ParamGroup(group.Parameters, new AdamW.Options
    {
        LearningRate = group.LearningRate, InitialLearningRate = group.LearningRate, beta1 = Beta1, beta2 = Beta2, eps = Epsilon, weight_decay = group.WeightDecay, amsgrad = false, maximize = false,
    })), below[0].LearningRate));
}
