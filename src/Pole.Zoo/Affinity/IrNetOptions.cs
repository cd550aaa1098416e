using System.ComponentModel.DataAnnotations;

namespace Pole.Zoo.Affinity;

/// <summary>IRNet: edges between classes, and displacements to the middle of objects, on a backbone that is not trained.</summary>
[PoleModule("irnet")]
public sealed record IrNetOptions : IModuleOptions<AffinityModel, Backbone>, ICrossChecked
{
    /// <summary>Pairs of training are closer than this, in cells of four pixels.</summary>
    [Range(2, 64)] public int PairRadius { get; init; } = 10;

    /// <summary>Pairs of the walk are closer than this, in cells of four pixels.</summary>
    [Range(2, 64)] public int WalkRadius { get; init; } = 5;

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        var own = experiment.Refinement!.Backbone;
        if ((own ?? experiment.Backbone) is { } backbone && BackboneShape.Of(backbone) is var shape && (shape.Stride != IrNet.BackboneStride || !shape.HasStages))
            yield return new SpecConflict(own is null ? "backbone" : "refinement.backbone", $"irnet needs a backbone of stride {IrNet.BackboneStride} that shows its stages, this one has stride {shape.Stride}");
        foreach (var conflict in AffinityCrop.FindConflicts(experiment, PairRadius, $"{path}.pair-radius", IrNet.CellSide)) yield return conflict;
    }

    public AffinityModel Create(Backbone below, ModuleContext context) => new IrNet(below, PairRadius, WalkRadius);
}
