using System.ComponentModel.DataAnnotations;

namespace Pole.Zoo.Affinity;

/// <summary>AffinityNet: features of cells, whose distance is their affinity.</summary>
[PoleModule("affinity-net")]
public sealed record AffinityNetOptions : IModuleOptions<IAffinityLearning>, IAffinityLearning, ICrossChecked
{
    /// <summary>Pairs are closer than this, in cells of eight pixels.</summary>
    [Range(2, 64)] public int Radius { get; init; } = 5;

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        if (experiment.Refinement!.Training.Crop / AffinityNet.CellSide < 2 * Radius - 1)
            yield return new SpecConflict($"{path}.radius", $"a crop of {experiment.Refinement.Training.Crop} pixels has no room for pairs of radius {Radius} cells: raise refinement.training.crop to {(2 * Radius - 1) * AffinityNet.CellSide}, or lower the radius");
    }

    public IAffinityLearning Create(ModuleContext context) => this;

    public AffinityModel Build(Backbone backbone) => new AffinityNet(backbone, Radius);
}
