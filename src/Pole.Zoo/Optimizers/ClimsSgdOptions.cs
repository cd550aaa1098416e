using System.ComponentModel.DataAnnotations;

namespace Pole.Zoo.Optimizers;

/// <summary>
/// SGD as the code of CLIMS and IRNet runs it (CVI-SZU/CLIMS, misc/torchutils.py, PolyOptimizer): the weight decay argument lands in the place of the momentum, so that the momentum is 1e-4.
/// The groups of parameters have their weight decay all the same.
/// </summary>
[PoleModule("clims-sgd")]
public sealed record ClimsSgdOptions : IModuleOptions<Optimizer, IReadOnlyList<ParameterGroup>>
{
    /// <summary>The published weight decay, in the place of the momentum.</summary>
    [Range(0.0, 0.999)] public double Momentum { get; init; } = 1e-4;

    public Optimizer Create(IReadOnlyList<ParameterGroup> below, ModuleContext context) => SgdOptions.Create(below, Momentum, nesterov: false);
}
