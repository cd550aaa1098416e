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
    public const string Name = "masked-features";

    private const int Version = 2;
    private const string FeaturesFile = "features.safetensors", FeaturesKey = "features";

    public static StageKey KeyOf(Experiment experiment, string baselineKey, string clipKey) => new(Name, Version, [experiment.Cam.Scales, experiment.Prompt!.Masking], [baselineKey, clipKey]);

    /// <returns>Embeddings <c>[pairs, D]</c> in the order of the training split and of each image's classes, and the key.</returns>
    public static (Tensor Features, string Key) Extract(Experiment experiment, IDataset dataset, TrainedNetwork baseline, ClipModel clip, string clipKey, RunContext context)
    {
        var key = KeyOf(experiment, baseline.Key, clipKey);
        var samples = dataset.Samples(dataset.TrainSplit);
        var folder = context.Store.GetOrProduceByImages(key, samples.Count, blocks =>
        {
            using var cams = new NetworkCams(baseline.Load(experiment, dataset, context), experiment.Cam, context.Modules.Device);
            foreach (var block in blocks) Embed(block, block.Of(samples), cams, clip, experiment.Prompt!.Masking, context);
        }, blocks =>
        {
            using var scope = NewDisposeScope();
            var parts = blocks.Files(FeaturesFile).SelectMany(part => Safetensors.Read(part).Values).ToList();
            Safetensors.Write(Path.Combine(blocks.Folder, FeaturesFile), new Dictionary<string, Tensor> { [FeaturesKey] = parts.Count > 0 ? cat(parts, 0) : zeros(0, 1) });
        });
        return (Safetensors.Read(Path.Combine(folder, FeaturesFile))[FeaturesKey], key.Hash);
    }

    private static void Embed(ImageBlock block, IReadOnlyList<ISample> samples, NetworkCams cams, ClipModel clip, Masking masking, RunContext context)
    {
        using var scope = NewDisposeScope();
        var features = new MaskedFeatures(clip, masking, context.Modules.Device);
        foreach (var chunk in ReadAhead.Run(samples.Count, context.Modules.Workers, context.Cancellation, index => (Sample: samples[index], Image: samples[index].LoadImage())).Chunk(CamExtraction.Chunk))
        {
            using var pause = CollectionPause.Begin(context.Modules.Workers, chunk.Sum(item => 8 * item.Image.Pixels.Length));
            using var chunkScope = NewDisposeScope();
            foreach (var (item, cam) in chunk.Zip(cams.Of([.. chunk])))
                if (cam is not null) features.Add(item.Image, cam.HighResolution);
            block.Progress.Advance(chunk.Length);
        }

        Safetensors.Write(Path.Combine(block.PartFolder, FeaturesFile), features.Count == 0 ? [] : new Dictionary<string, Tensor> { [FeaturesKey] = features.Complete() });
    }
}
