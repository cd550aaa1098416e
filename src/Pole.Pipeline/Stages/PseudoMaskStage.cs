using Pole.Data.Imaging;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Refinement;
using static TorchSharp.torch;

namespace Pole.Pipeline.Stages;

/// <summary>Masks of the training images, as palette PNGs: CAMs that walked where the experiment refines them, else CAMs at the threshold.</summary>
internal sealed class PseudoMaskStage : ImageStage
{
    private const string ScoresFile = "scores.json";

    /// <summary>Photographs whose CAMs and affinities are in flight while they walk on every core.</summary>
    private const int ImagesInFlight = 32;

    private static readonly SpecValue<double> Threshold = SpecValue.Of(experiment => experiment.Cam.Threshold);
    private static readonly SpecValue<double> Beta = SpecValue.Of(experiment => experiment.Refinement!.Beta);
    private static readonly SpecValue<int> ExpTimes = SpecValue.Of(experiment => experiment.Refinement!.ExpTimes);
    private static readonly SpecValue<double> WalkBackground = SpecValue.Of(experiment => experiment.Refinement!.WalkBackground);
    private static readonly SpecValue<double?> BackgroundPower = SpecValue.Of(experiment => experiment.Refinement!.BackgroundPower);
    private static readonly SpecValue<DenseCrfOptions?> MaskCrf = SpecValue.Of(experiment => experiment.Refinement!.MaskCrf);

    public override string Name => "pseudo-masks";

    public override int Version => 3;

    public override IReadOnlyList<SpecValue> Reads => [Threshold, Beta, ExpTimes, WalkBackground, BackgroundPower, MaskCrf];

    public override IReadOnlyList<TakenSlot> Takes => [Slots.Cams, new TakenSlot(PipelineSlots.Affinity, experiment => experiment.Refinement is not null)];

    public override IReadOnlyList<DataInput> Data => [DataInput.Train(SampleParts.Images | SampleParts.Classes | SampleParts.LabelMaps)];

    public override IReadOnlyList<FilledSlot> Fills =>
    [
        FilledSlot.Of(Slots.Masks, (_, folder) => new MaskSet(folder)),
        FilledSlot.Of(PipelineSlots.MaskScores, (_, folder) => new MaskScores(folder, ChainScore.Read(Path.Combine(folder, ScoresFile)))),
    ];

    public override bool AppliesTo(Experiment experiment) => experiment.Refinement is not null || experiment.Segmentation is { Masks: MaskSource.Pseudo };

    public override string SplitOf(StageSpec spec, IDataset dataset) => dataset.TrainSplit;

    public override void Produce(StageRun run, IEnumerable<ImageBlock> blocks)
    {
        var (walk, steps, samples) = (Walk.Of(run), StepsOf(run), run.Samples(run.Dataset.TrainSplit));
        using var cams = run.Take(Slots.Cams).Open();
        foreach (var block in blocks)
        {
            var measurements = steps.Select(step => new StepMeasurement(step, run.Dataset.Classes.Count + 1)).ToList();
            foreach (var group in ImageGroups.Within(ImagesInFlight, block.Of(samples)))
            {
                var items = group.Chunk(CamExtraction.Chunk).SelectMany(part => Extract(part, cams, walk, run.Modules.Device)).ToList();
                var results = new IReadOnlyList<LabelMap>[group.Count];
                ParallelWork.For(group.Count, run.Cancellation, index =>
                {
                    results[index] = Refine(items[index], walk, run.Spec.Read(Threshold));
                    new LabelFolder(block.ResultFolder).Write(group[index].Sample, results[index][^1]);
                    block.Progress.Advance(1);
                });
                foreach (var ((sample, _), item, maps) in group.Zip(items, results))
                {
                    item.Cam?.Dispose();
                    if (!sample.HasLabels) continue;
                    var truth = sample.LoadLabels();
                    foreach (var (measurement, map) in measurements.Zip(maps)) measurement.Add(sample.Id, truth, map);
                }
            }

            foreach (var measurement in measurements) measurement.WriteImages(block.PartFolder);
        }
    }

    public override void Merge(StageRun run, DoneBlocks blocks) => ChainScore.Write(Path.Combine(blocks.Folder, ScoresFile),
        [.. StepsOf(run).Select(step => StepMeasurement.Score(step, run.Dataset.TrainSplit, run.Dataset.Classes.Count + 1, blocks)).Where(score => score.Images > 0)]);

    /// <summary>What is measured after each step, the masks last.</summary>
    private static IReadOnlyList<string> StepsOf(StageRun run) => !run.Holds(PipelineSlots.Affinity) ? [ChainScore.Cam] : run.Spec.Read(MaskCrf) is null ? [ChainScore.Cam, "random walk"] : [ChainScore.Cam, "random walk", "random walk + CRF"];

    private static List<Item> Extract(IReadOnlyList<(ISample Sample, RgbImage Image)> images, ICamSource cams, Walk? walk, Device device)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return [.. images.Zip(cams.Of(images)).Select(pair => Extract(pair.First.Image, pair.Second, walk, device))];
    }

    private static Item Extract(RgbImage image, FusedCam? cam, Walk? walk, Device device)
    {
        if (cam is null) return new Item(image, null, null);
        var kept = new FusedCam(cam.Classes, cam.Strided.cpu().DetachFromDisposeScope(), cam.HighResolution.cpu().DetachFromDisposeScope());
        using var scope = NewDisposeScope();
        return new Item(image, kept, walk?.Affinity.Model.Affinities(ImageTensors.Normalised(image).to(device), walk.Affinity.Crop));
    }

    /// <returns>The labels after each step, the masks last.</returns>
    private static IReadOnlyList<LabelMap> Refine(Item item, Walk? walk, double threshold)
    {
        var (image, cam, cells) = item;
        if (cam is null)
        {
            // Whatever the steps are, nothing is there to refine.
            var background = new LabelMap(image.Width, image.Height, new byte[image.Width * image.Height]);
            return [background, background, background];
        }

        using var scope = NewDisposeScope();
        var maps = new List<LabelMap> { CamLabels.FromCams(cam.HighResolution, cam.Classes, threshold) };
        if (walk is null) return maps;
        maps.Add(CamWalk.Run(cam, cells!, walk.Affinity.Model.Stride, walk.Settings));
        if (walk.MaskCrf is { } crf) maps.Add(DenseCrf.Refine(image, maps[^1], crf));
        return maps;
    }

    private sealed record Item(RgbImage Image, FusedCam? Cam, CellAffinities? Cells);

    private sealed record Walk(TrainedAffinity Affinity, WalkSettings Settings, DenseCrfOptions? MaskCrf)
    {
        /// <returns>Null where nothing is refined.</returns>
        public static Walk? Of(StageRun run) => !run.Holds(PipelineSlots.Affinity) ? null : new Walk(run.Take(PipelineSlots.Affinity),
            new WalkSettings(run.Spec.Read(Beta), run.Spec.Read(ExpTimes), run.Spec.Read(WalkBackground), run.Spec.Read(BackgroundPower)), run.Spec.Read(PseudoMaskStage.MaskCrf));
    }
}

/// <summary>What the masks of the training images are worth.</summary>
/// <param name="Scores">After each step; empty where there is no ground truth.</param>
internal sealed record MaskScores(string Folder, IReadOnlyList<ChainScore> Scores);
