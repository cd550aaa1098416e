using System.ComponentModel.DataAnnotations;

namespace Pole.Zoo.Affinity;

/// <summary>IRNet: edges between classes, and displacements to the middle of objects, on a backbone that is not trained.</summary>
[PoleModule("irnet")]
public sealed record IrNetOptions : IModuleOptions<IAffinityLearning>, IAffinityLearning
{
    /// <summary>Pairs of training are closer than this, in cells of four pixels.</summary>
    [Range(2, 64)] public int PairRadius { get; init; } = 10;

    /// <summary>Pairs of the walk are closer than this, in cells of four pixels.</summary>
    [Range(2, 64)] public int WalkRadius { get; init; } = 5;

    public IAffinityLearning Create(ModuleContext context) => this;

    public AffinityModel Build(Backbone backbone) => new IrNet(backbone, PairRadius, WalkRadius);
}
