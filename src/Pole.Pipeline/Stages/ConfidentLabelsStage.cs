using Pole.Data.Imaging;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Refinement;
using static TorchSharp.torch;

namespace Pole.Pipeline.Stages;

/// <summary>Labels of the training images that can be trusted, as palette PNGs.</summary>
internal static class ConfidentLabelsStage
{
    private const int Version = 2;

    /// <summary>Images whose CAMs are held while the CRF refines them on every core.</summary>
    private const int Chunk = 32;

    /// <returns>The folder of ID.png, and the key.</returns>
    public static (string Folder, string Key) Find(RefinementOptions refinement, CamInput input, RunContext context)
    {
        var key = new StageKey("confident-labels", Version, [refinement.Foreground, refinement.Background, refinement.Crf], [input.Key]);
        var folder = context.Store.GetOrProduce(key, work =>
        {
            using var cams = input.Open();
            work.Progress.Expect(input.Samples.Count, "images");
            foreach (var chunk in input.Samples.Chunk(Chunk))
            {
                var items = chunk.Select(sample => Extract(sample, cams)).ToList();
                ParallelWork.For(chunk.Length, context.Cancellation, index =>
                {
                    var (image, classes, maps) = items[index];
                    IndexedPng.Write(Path.Combine(work.Folder, $"{chunk[index].Id}.png"), ConfidentLabels.Find(image, maps, classes, refinement.Foreground, refinement.Background, refinement.Crf));
                    work.Progress.Advance(1);
                });
            }
        });
        return (folder, key.Hash);
    }

    private static (RgbImage Image, IReadOnlyList<int> Classes, float[] Maps) Extract(ISample sample, ICamSource cams)
    {
        using var scope = NewDisposeScope();
        var image = sample.LoadImage();
        return cams.Of(sample, image) is { } cam ? (image, cam.Classes, cam.HighResolution.cpu().contiguous().data<float>().ToArray()) : (image, [], []);
    }
}
