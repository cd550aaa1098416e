using Pole.Pipeline.Stages;

namespace Pole.Pipeline.Inference;

/// <summary>CAMs of a source that is made of other stages' results, such as a CLIP: these stay open as long as it does.</summary>
internal sealed class ChainedCams(ICamSource source, ChainRun chain) : ICamSource
{
    /// <param name="chain">Owned from now on.</param>
    public static ChainedCams Open(ChainRun chain)
    {
        try
        {
            return new ChainedCams(chain.Final(PipelineSlots.CamSource)!.Open(), chain);
        }
        catch
        {
            chain.Dispose();
            throw;
        }
    }

    public FusedCam? Of(ISample sample, RgbImage image) => source.Of(sample, image);

    public IReadOnlyList<FusedCam?> Of(IReadOnlyList<(ISample Sample, RgbImage Image)> images) => source.Of(images);

    public void Dispose()
    {
        source.Dispose();
        chain.Dispose();
    }
}
