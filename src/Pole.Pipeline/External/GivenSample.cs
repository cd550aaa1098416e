namespace Pole.Pipeline.External;

/// <summary>An image of no data set.</summary>
internal sealed class GivenSample(string id, RgbImage image, IReadOnlyList<int> present) : ISample
{
    public string Id => id;

    public IReadOnlyList<int> PresentClasses => present;

    public bool HasLabels => false;

    public RgbImage LoadImage() => image;

    public LabelMap LoadLabels() => throw new ExperimentException($"there is no label map of {id}");
}
