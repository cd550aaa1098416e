using Pole.Pipeline.Inference;
using Pole.Pipeline.Refinement;
using static TorchSharp.torch;

namespace Pole.Pipeline.Stages;

/// <summary>Labels of the training images that can be trusted, as palette PNGs.</summary>
internal sealed class ConfidentLabelsStage : ImageStage
{
    /// <summary>Photographs whose CAMs are in flight while the CRF refines them on every core.</summary>
    private const int ImagesInFlight = 32;

    private static readonly SpecValue<double> Foreground = SpecValue.Of(experiment => experiment.Refinement!.Foreground);
    private static readonly SpecValue<double> Background = SpecValue.Of(experiment => experiment.Refinement!.Background);
    private static readonly SpecValue<double?> ForegroundAlpha = SpecValue.OfOptional(experiment => experiment.Refinement!.ForegroundAlpha);
    private static readonly SpecValue<double?> BackgroundAlpha = SpecValue.OfOptional(experiment => experiment.Refinement!.BackgroundAlpha);
    private static readonly SpecValue<DenseCrfOptions> Crf = SpecValue.Of(experiment => experiment.Refinement!.Crf);

    public override string Name => "confident-labels";

    public override int Version => 2;

    public override IReadOnlyList<SpecValue> Reads => [Foreground, Background, ForegroundAlpha, BackgroundAlpha, Crf];

    public override IReadOnlyList<TakenSlot> Takes => [Slots.Cams];

    public override IReadOnlyList<DataInput> Data => [DataInput.Train(SampleParts.Images | SampleParts.Classes)];

    public override IReadOnlyList<FilledSlot> Fills => [FilledSlot.Of(PipelineSlots.Labels, (_, folder) => new LabelFolder(folder))];

    public override bool AppliesTo(Experiment experiment) => experiment.Refinement is { Affinity: not null };

    public override string SplitOf(StageSpec spec, IDataset dataset) => dataset.TrainSplit;

    public override void Produce(StageRun run, IEnumerable<ImageBlock> blocks)
    {
        var (samples, labelsOf) = (run.Samples(run.Dataset.TrainSplit), Rule(run.Spec));
        using var cams = run.Take(Slots.Cams).Open();
        foreach (var block in blocks)
        foreach (var group in ImageGroups.Within(ImagesInFlight, block.Of(samples)))
        {
            var items = Extract(group, cams);
            ParallelWork.For(group.Count, run.Cancellation, index =>
            {
                var (image, classes, maps) = items[index];
                new LabelFolder(block.ResultFolder).Write(group[index].Sample, labelsOf(image, maps, classes));
                block.Progress.Advance(1);
            });
        }
    }

    /// <summary>Labels of an image, the maps of its classes and those classes.</summary>
    private static Func<RgbImage, float[], IReadOnlyList<int>, LabelMap> Rule(StageSpec spec)
    {
        var (foreground, background, crf) = (spec.Read(Foreground), spec.Read(Background), spec.Read(Crf)!);
        if (spec.Read(ForegroundAlpha) is { } low && spec.Read(BackgroundAlpha) is { } high) return (image, maps, classes) => AlphaLabels.Find(image, maps, classes, low, high, crf);
        return (image, maps, classes) => ConfidentLabels.Find(image, maps, classes, foreground, background, crf);
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
