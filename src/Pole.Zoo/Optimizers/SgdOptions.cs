using System.ComponentModel.DataAnnotations;
using TorchSharp.Modules;

namespace Pole.Zoo.Optimizers;

/// <summary>Stochastic gradient descent with momentum and L2 penalty.</summary>
[PoleModule("sgd")]
public sealed record SgdOptions : IModuleOptions<Optimizer, IReadOnlyList<ParameterGroup>>
{
    /// <summary>Share of the last update in the next.</summary>
    [Range(0.0, 0.999)] public double Momentum { get; init; } = 0.9;

    /// <summary>Nesterov's momentum.</summary>
    public bool Nesterov { get; init; }

    public Optimizer Create(IReadOnlyList<ParameterGroup> below, ModuleContext context) => Create(below, Momentum, Nesterov);

    internal static Optimizer Create(IReadOnlyList<ParameterGroup> groups, double momentum, bool nesterov) => new TorchOptimizer(new SGD(groups.Select(group => new SGD.ParamGroup(group.Parameters, new SGD.Options
    {
        LearningRate = group.LearningRate, InitialLearningRate = group.LearningRate, momentum = momentum, weight_decay = group.WeightDecay, dampening = 0, nesterov = nesterov, maximize = false,
    })), groups[0].LearningRate, momentum));
}
