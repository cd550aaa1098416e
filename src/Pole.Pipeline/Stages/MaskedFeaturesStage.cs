using System.Globalization;
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

    /// <summary>Raised with <see cref="ImageBlocks.Size"/> too: the result is a file a block.</summary>
    private const int Version = 3;

    private const string FeaturesKey = "features";

    public static StageKey KeyOf(Experiment experiment, string baselineKey, string clipKey) => new(Name, Version, [experiment.Cam.Scales, experiment.Prompt!.Masking], [baselineKey, clipKey]);

    /// <returns>The folder of the embeddings, which <see cref="Read"/> reads, and the key.</returns>
    public static (string Folder, string Key) Extract(Experiment experiment, IDataset dataset, TrainedNetwork baseline, ClipModel clip, string clipKey, RunContext context)
    {
        var key = KeyOf(experiment, baseline.Key, clipKey);
        var samples = dataset.Samples(dataset.TrainSplit);
        var folder = context.Store.GetOrProduceByImages(key, samples.Count, blocks =>
        {
            using var cams = new NetworkCams(baseline.Load(experiment, dataset, context), experiment.Cam, context.Modules.Device);
            foreach (var block in blocks) Embed(block, block.Of(samples), cams, clip, experiment.Prompt!.Masking, context);
        }, _ => { });
        return (folder, key.Hash);
    }

    /// <summary>The embeddings of one block of the training split.</summary>
    /// <returns><c>[pairs, D]</c> in the order of the block's images and of each image's classes, on the CPU; null where no image of the block has a class.</returns>
    public static Tensor? Read(string folder, ImageBlock block) => Safetensors.Read(FileOf(folder, block)).GetValueOrDefault(FeaturesKey);

    private static string FileOf(string folder, ImageBlock block) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{block.First:d8}.safetensors"));

    private static void Embed(ImageBlock block, IReadOnlyList<ISample> samples, NetworkCams cams, ClipModel clip, Masking masking, RunContext context)
    {
        using var scope = NewDisposeScope();
        var features = new MaskedFeatures(clip, masking, context.Modules.Device);
        foreach (var chunk in ReadAhead.Run(samples.Count, context.Modules.Workers, context.Cancellation, index => (Sample: samples[index], Image: samples[index].LoadImage())).Chunk(CamExtraction.Chunk))
        {
            using var chunkScope = NewDisposeScope();
            foreach (var (item, cam) in chunk.Zip(cams.Of([.. chunk])))
                if (cam is not null) features.Add(item.Image, cam.HighResolution);
            block.Progress.Advance(chunk.Length);
        }

        Safetensors.Write(FileOf(block.ResultFolder, block), features.Count == 0 ? [] : new Dictionary<string, Tensor> { [FeaturesKey] = features.Complete() });
    }
}
