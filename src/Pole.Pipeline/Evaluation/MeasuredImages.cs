namespace Pole.Pipeline.Evaluation;

/// <summary>The images that one step of the chain was measured on.</summary>
/// <param name="File">One <see cref="ImageScore"/> a line.</param>
public sealed record MeasuredImages(string Step, string Split, string File)
{
    public IReadOnlyList<ImageScore> Read() => ImageScore.Read(File);

    public static IEnumerable<MeasuredImages> Of(string folder, IEnumerable<ChainScore> steps) =>
        steps.Select(step => new MeasuredImages(step.Step, step.Split, Path.Combine(folder, ImageScore.FileOf(step.Step))));
}
