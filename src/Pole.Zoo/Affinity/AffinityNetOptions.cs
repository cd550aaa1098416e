using System.ComponentModel.DataAnnotations;

namespace Pole.Zoo.Affinity;

/// <summary>AffinityNet: features of cells, whose distance is their affinity.</summary>
[PoleModule("affinity-net")]
public sealed record AffinityNetOptions : IModuleOptions<AffinityModel, Backbone>, ICrossChecked
{
    /// <summary>Pairs are closer than this, in cells of eight pixels.</summary>
    [Range(2, 64)] public int Radius { get; init; } = 5;

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path) => AffinityCrop.FindConflicts(experiment, Radius, $"{path}.radius", AffinityNet.CellSide);

    public AffinityModel Create(Backbone below, ModuleContext context) => new AffinityNet(below, Radius);
}
