namespace Pole;

/// <summary>
/// A measure of label maps against ground truth, from counts that add up over images. Where the ground truth is <see cref="LabelMap.Ignored"/>, nothing is counted. Made for the
/// names of the labels, background first.
/// </summary>
public abstract class Metric
{
    /// <summary>What one image adds to the counts; as many numbers for every image.</summary>
    /// <exception cref="ExperimentException">The maps differ in size, or have labels out of range; names the file.</exception>
    public abstract IReadOnlyList<long> Count(LabelMap truth, LabelMap prediction);

    /// <summary>The measure of summed counts, 0…1; NaN where it is not defined.</summary>
    public abstract double Value(IReadOnlyList<long> counts);
}
