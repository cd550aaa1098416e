namespace Pole.Zoo.Affinity;

/// <summary>What the crop of an affinity's training must fit: whole cells, and room for the pairs.</summary>
internal static class AffinityCrop
{
    /// <param name="radius">Distance of pairs, in cells.</param>
    /// <param name="radiusPath">Where the spec has it.</param>
    /// <param name="cellSide">In pixels.</param>
    public static IEnumerable<SpecConflict> FindConflicts(Experiment experiment, int radius, string radiusPath, int cellSide)
    {
        if (experiment.Refinement?.Training is not { Crop: var crop }) yield break;
        var least = (2 * radius - 1) * cellSide;
        if (crop / cellSide < 2 * radius - 1)
            yield return new SpecConflict(radiusPath, $"a crop of {crop} pixels has no room for pairs of radius {radius} cells: raise refinement.training.crop to {least}, or lower the radius");
        else if (crop % cellSide != 0)
            yield return new SpecConflict("refinement.training.crop", $"a crop of {crop} pixels is not a whole number of cells of {cellSide} pixels: {Math.Max(least, crop / cellSide * cellSide)} or {(crop / cellSide + 1) * cellSide} is");
    }
}
