namespace Pole.Pipeline.Tests;

/// <summary>An image without a file.</summary>
internal sealed record SampleWithoutFile(string Id, IReadOnlyList<int> PresentClasses) : ISample
{
    public RgbImage LoadImage() => throw new NotSupportedException();

    public LabelMap LoadLabels() => throw new NotSupportedException();
}
