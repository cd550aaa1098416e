namespace Pole.Pipeline.Stages;

/// <summary>What a stage declared to read of a sample.</summary>
/// <param name="stage">For the message.</param>
internal sealed class DeclaredSample(ISample sample, SampleParts parts, string stage) : ISample
{
    public string Id => sample.Id;

    public SampleFiles? Files => sample.Files;

    public IReadOnlyList<int> PresentClasses => Read(SampleParts.Classes).PresentClasses;

    public bool HasLabels => Read(SampleParts.LabelMaps).HasLabels;

    public string? Masks => Read(SampleParts.LabelMaps).Masks;

    public RgbImage LoadImage() => Read(SampleParts.Images).LoadImage();

    public LabelMap LoadLabels() => Read(SampleParts.LabelMaps).LoadLabels();

    private ISample Read(SampleParts part) => parts.HasFlag(part) ? sample
        : throw new InvalidOperationException($"the stage '{stage}' reads {part} of the sample {sample.Id}, which are not among its {nameof(Stage.Data)}");
}
