using System.Globalization;
using Pole.Pipeline.Inference;
using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Pipeline.Stages;

/// <summary>
/// Extracts the training images' CAMs and keeps what prompt selection needs of them: CLIP's embedding of image × CAM for each
/// (image, class). Every corpus and every number of names shares it.
/// </summary>
internal sealed class MaskedFeaturesStage : ImageStage
{
    private static readonly SpecValue<Masking> Masking = SpecValue.Of(experiment => experiment.Prompt!.Masking);

    public override string Name => "masked-features";

    /// <summary>Raised with the size of image blocks too: the result is a file a block.</summary>
    public override int Version => 3;

    public override IReadOnlyList<SpecValue> Reads => [Masking];

    public override IReadOnlyList<TakenSlot> Takes => [Slots.Clip, Slots.Cams];

    public override IReadOnlyList<DataInput> Data => [DataInput.Train(SampleParts.Images | SampleParts.Classes)];

    public override IReadOnlyList<FilledSlot> Fills => [FilledSlot.Of(PipelineSlots.Features, (_, folder) => new FeatureFolder(folder))];

    public override bool AppliesTo(Experiment experiment) => SelectionStage.Selects(experiment) && SpecValues.ScoresNames(experiment);

    public override string SplitOf(StageSpec spec, IDataset dataset) => dataset.TrainSplit;

    public override void Produce(StageRun run, IEnumerable<ImageBlock> blocks)
    {
        var samples = run.Samples(run.Dataset.TrainSplit);
        using var cams = run.Take(Slots.Cams).Open();
        foreach (var block in blocks) Embed(block, block.Of(samples), cams, run);
    }

    private static void Embed(ImageBlock block, IReadOnlyList<ISample> samples, ICamSource cams, StageRun run)
    {
        using var scope = NewDisposeScope();
        var features = new MaskedFeatures(run.Take(Slots.Clip), run.Spec.Read(Masking), run.Modules.Device);
        foreach (var chunk in ReadAhead.Run(samples.Count, run.Modules.Workers, run.Cancellation, index => (Sample: samples[index], Image: samples[index].LoadImage())).Chunk(CamExtraction.Chunk))
        {
            using var chunkScope = NewDisposeScope();
            foreach (var (item, cam) in chunk.Zip(cams.Of([.. chunk])))
                if (cam is not null) features.Add(item.Image, cam.HighResolution);
            block.Progress.Advance(chunk.Length);
        }

        new FeatureFolder(block.ResultFolder).Write(block, features.Count == 0 ? null : features.Complete());
    }
}

/// <summary>CLIP embeddings of image × CAM of the training split, a file a block.</summary>
internal sealed record FeatureFolder(string Folder)
{
    private const string Key = "features";

    /// <summary>The embeddings of one block.</summary>
    /// <returns><c>[pairs, D]</c> in the order of the block's images and of each image's classes, on the CPU; null where no image of the block has a class.</returns>
    public Tensor? Read(ImageBlock block) => Safetensors.Read(FileOf(block)).GetValueOrDefault(Key);

    public void Write(ImageBlock block, Tensor? features) => Safetensors.Write(FileOf(block), features is null ? [] : new Dictionary<string, Tensor> { [Key] = features });

    private string FileOf(ImageBlock block) => Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{block.First:d8}.safetensors"));
}
