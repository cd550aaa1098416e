using Pole.Data.Imaging;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Refinement;
using static TorchSharp.torch;

namespace Pole.Pipeline.Stages;

/// <summary>Labels of the training images that can be trusted, as palette PNGs.</summary>
internal static class ConfidentLabelsStage
{
    public const string Name = "confident-labels";

    private const int Version = 2;

    /// <summary>Photographs whose CAMs are held while the CRF refines them on every core.</summary>
    private const int Held = 32;

    public static StageKey KeyOf(RefinementOptions refinement, string inputKey) => new(Name, Version, [refinement.Foreground, refinement.Background, refinement.Crf], [inputKey]);

    /// <returns>The folder of ID.png, and the key.</returns>
    public static (string Folder, string Key) Find(RefinementOptions refinement, CamInput input, RunContext context)
    {
        var key = KeyOf(refinement, input.Key);
        var folder = context.Store.GetOrProduceByImages(key, input.Samples.Count, blocks =>
        {
            using var cams = input.Open();
            foreach (var block in blocks)
            foreach (var group in ImageGroups.Within(Held, block.Of(input.Samples)))
            {
                var items = Extract(group, cams);
                ParallelWork.For(group.Count, context.Cancellation, index =>
                {
                    var (image, classes, maps) = items[index];
                    IndexedPng.Write(Path.Combine(block.ResultFolder, $"{group[index].Sample.Id}.png"), ConfidentLabels.Find(image, maps, classes, refinement.Foreground, refinement.Background, refinement.Crf));
                    block.Progress.Advance(1);
                });
            }
        }, _ => { });
        return (folder, key.Hash);
    }

    private static List<(RgbImage Image, IReadOnlyList<int> Classes, float[] Maps)> Extract(IReadOnlyList<(ISample Sample, RgbImage Image)> images, ICamSource cams)
    {
        var items = new List<(RgbImage, IReadOnlyList<int>, float[])>();
        foreach (var part in images.Chunk(CamExtraction.Chunk))
        {
            using var scope = NewDisposeScope();
            foreach (var ((_, image), cam) in part.Zip(cams.Of(part))) items.Add(cam is null ? (image, [], []) : (image, cam.Classes, cam.HighResolution.ToFloats()));
        }

        return items;
    }
}
