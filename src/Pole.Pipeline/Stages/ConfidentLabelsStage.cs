using Pole.Data.Imaging;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Refinement;
using static TorchSharp.torch;

namespace Pole.Pipeline.Stages;

/// <summary>Labels of the training images that can be trusted, as palette PNGs.</summary>
internal static class ConfidentLabelsStage
{
    private const int Version = 1;

    /// <summary>Images whose CAMs are held while the CRF refines them on every core.</summary>
    private const int Chunk = 32;

    /// <returns>The folder of ID.png, and the key.</returns>
    public static (string Folder, string Key) Find(Experiment experiment, IDataset dataset, TrainedNetwork trained, RunContext context)
    {
        var refinement = experiment.Refinement!;
        var key = new StageKey("confident-labels", Version, [experiment.Cam.Scales, refinement.Foreground, refinement.Background, refinement.Crf], [trained.Key]);
        var folder = context.Store.GetOrProduce(key, (target, progress) =>
        {
            using var network = trained.Load(experiment, dataset, context);
            var extraction = new CamExtraction(network, experiment.Cam, context.Modules.Device);
            var samples = dataset.Samples(dataset.TrainSplit);
            progress.Expect(samples.Count, "images");
            foreach (var chunk in samples.Chunk(Chunk))
            {
                var cams = chunk.Select(sample => Extract(sample, extraction)).ToList();
                ParallelWork.For(chunk.Length, context.Cancellation, index =>
                {
                    var (image, maps) = cams[index];
                    IndexedPng.Write(Path.Combine(target, $"{chunk[index].Id}.png"), ConfidentLabels.Find(image, maps, chunk[index].PresentClasses, refinement.Foreground, refinement.Background, refinement.Crf));
                    progress.Advance(1);
                });
            }
        });
        return (folder, key.Hash);
    }

    private static (RgbImage Image, float[] Maps) Extract(ISample sample, CamExtraction extraction)
    {
        using var scope = NewDisposeScope();
        var image = sample.LoadImage();
        return (image, sample.PresentClasses.Count == 0 ? [] : extraction.Extract(image, sample.PresentClasses).HighResolution.cpu().contiguous().data<float>().ToArray());
    }
}
