namespace Pole.Pipeline.Inference;

/// <summary>CAMs of a source from outside, none of which goes on that does not fit its image.</summary>
/// <param name="name">Of the source's module.</param>
/// <param name="source">Owned.</param>
internal sealed class CheckedCams(string name, ICamSource source) : ICamSource
{
    /// <exception cref="ExperimentException">The CAMs are of other classes or sizes than the image has.</exception>
    public FusedCam? Of(ISample sample, RgbImage image) => Checked(sample, image, source.Of(sample, image));

    public IReadOnlyList<FusedCam?> Of(IReadOnlyList<(ISample Sample, RgbImage Image)> images) => [.. images.Zip(source.Of(images)).Select(pair => Checked(pair.First.Sample, pair.First.Image, pair.Second))];

    public void Dispose() => source.Dispose();

    private FusedCam? Checked(ISample sample, RgbImage image, FusedCam? cam)
    {
        if (cam is null) return sample.PresentClasses.Count == 0 ? null : throw new ExperimentException($"the source '{name}' gave no CAMs of {sample.Id}, which has {sample.PresentClasses.Count} classes");
        if (!cam.Classes.SequenceEqual(sample.PresentClasses)) throw new ExperimentException($"the source '{name}' gave CAMs of the classes {string.Join(", ", cam.Classes)} of {sample.Id}, which has {string.Join(", ", sample.PresentClasses)}");
        Require(sample, "HighResolution", cam.HighResolution.shape, [cam.Classes.Count, image.Height, image.Width]);
        Require(sample, "Strided", cam.Strided.shape, [cam.Classes.Count, FusedCam.CellsOf(image.Height), FusedCam.CellsOf(image.Width)]);
        return cam;
    }

    private void Require(ISample sample, string maps, long[] actual, long[] expected)
    {
        if (!actual.SequenceEqual(expected)) throw new ExperimentException($"the source '{name}' gave {maps} of [{string.Join(", ", actual)}] for {sample.Id}; its classes and size make it [{string.Join(", ", expected)}]");
    }
}
