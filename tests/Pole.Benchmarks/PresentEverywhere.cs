namespace Pole.Benchmarks;

/// <summary>An image without a file.</summary>
internal sealed record PresentEverywhere(string Id, IReadOnlyList<int> PresentClasses) : ISample
{
    public RgbImage LoadImage() => throw new NotSupportedException();

    public LabelMap LoadLabels() => throw new NotSupportedException();
}
