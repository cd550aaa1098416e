using Pole.Data.Masks;

namespace Pole.Pipeline.Refinement;

/// <summary>
/// Pseudo-masks merged with class-agnostic masks (SEPL: Chen, Mai, Li, Chao 2023, "Segment Anything Model (SAM) Enhanced Pseudo Labels for Weakly Supervised Semantic Segmentation"; cskyl/SAM_WSSS,
/// merge/max_iou_imp2.py): a mask that mostly has a class, or that has nearly all of a class, becomes that class whole.
/// </summary>
public static class MaskMerging
{
    /// <summary>
    /// Classes in ascending order, P the pixels of one. It visits the masks that no class before it has taken, and takes each mask S where |S ∩ P| / |S| &gt; <paramref name="maskOverlap"/> or |S ∩ P| / |P| ≥
    /// <paramref name="classOverlap"/>. The class stands on the masks that it takes and on the pixels of P that no mask has which it visited, taken or not; later classes overwrite earlier ones, and the rest is
    /// background, ignored pixels too.
    /// </summary>
    /// <param name="masks">Of the map's size; they may overlap.</param>
    public static LabelMap Merge(LabelMap map, IReadOnlyList<BinaryMask> masks, double maskOverlap, double classOverlap)
    {
        var merged = new byte[map.Labels.Length];
        var open = masks.ToList();
        foreach (var label in map.Labels.Distinct().Where(label => label is not (0 or LabelMap.Ignored)).Order())
        {
            var present = BinaryMask.Of(map, label);
            var taken = open.Where(mask => IsTaken(mask.Overlap(present), mask.Area, present.Area)).ToHashSet();
            var painted = BinaryMask.Of(map, label);
            foreach (var visited in open) painted.Remove(visited);
            foreach (var mask in taken) painted.Add(mask);
            painted.Paint(merged, label);
            open.RemoveAll(taken.Contains);
        }

        return new LabelMap(map.Width, map.Height, merged);

        bool IsTaken(int overlap, int mask, int present) => overlap > maskOverlap * mask || (double)overlap / present >= classOverlap;
    }
}
