using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Inference;
using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Pipeline.Stages;

/// <summary>
/// Extracts the training images' CAMs and keeps what prompt selection needs of them: CLIP's embedding of image × CAM for each
/// (image, class). Every corpus and every number of names shares it.
/// </summary>
internal static class MaskedFeaturesStage
{
    private const int Version = 2;
    private const string FeaturesFile = "features.safetensors";

    /// <returns>Embeddings <c>[pairs, D]</c> in the order of the training split and of each image's classes, and the key.</returns>
    public static (Tensor Features, string Key) Extract(Experiment experiment, IDataset dataset, TrainedNetwork baseline, ClipModel clip, string clipKey, RunContext context)
    {
        var key = new StageKey("masked-features", Version, [experiment.Cam.Scales, experiment.Prompt!.Masking], [baseline.Key, clipKey]);
        var folder = context.Store.GetOrProduce(key, work =>
        {
            using var scope = NewDisposeScope();
            using var network = baseline.Load(experiment, dataset, context);
            var extraction = new CamExtraction(network, experiment.Cam, context.Modules.Device);
            var samples = dataset.Samples(dataset.TrainSplit);
            work.Progress.Expect(samples.Count, "images");
            var features = new MaskedFeatures(clip, experiment.Prompt!.Masking, context.Modules.Device);
            foreach (var (sample, image) in ReadAhead.Run(samples.Count, context.Modules.Workers, context.Cancellation, index => (samples[index], samples[index].LoadImage())))
            {
                using var pause = CollectionPause.Begin(context.Modules.Workers, 4 * image.Pixels.Length);
                if (sample.PresentClasses.Count > 0)
                {
                    using var cam = extraction.Extract(image, sample.PresentClasses);
                    features.Add(image, cam.HighResolution);
                }

                work.Progress.Advance(1);
            }

            Safetensors.Write(Path.Combine(work.Folder, FeaturesFile), new Dictionary<string, Tensor> { ["features"] = features.Complete() });
        });
        return (Safetensors.Read(Path.Combine(folder, FeaturesFile))["features"], key.Hash);
    }
}
