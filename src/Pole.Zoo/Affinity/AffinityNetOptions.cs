using System.ComponentModel.DataAnnotations;

namespace Pole.Zoo.Affinity;

/// <summary>AffinityNet: features of cells, whose distance is their affinity.</summary>
[PoleModule("affinity-net")]
public sealed record AffinityNetOptions : IModuleOptions<IAffinityLearning>, IAffinityLearning
{
    /// <summary>Pairs are closer than this, in cells of eight pixels.</summary>
    [Range(2, 64)] public int Radius { get; init; } = 5;

    public IAffinityLearning Create(ModuleContext context) => this;

    public AffinityModel Build(Backbone backbone) => new AffinityNet(backbone, Radius);
}
