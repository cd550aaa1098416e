using Pole.Data.Imaging;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Refinement;
using Pole.Zoo.Cam;
using static TorchSharp.torch;

namespace Pole.Pipeline.Stages;

/// <summary>Masks of the training images, as palette PNGs: CAMs that walked where the experiment refines them, else CAMs at the threshold.</summary>
internal static class PseudoMaskStage
{
    public const string Name = "pseudo-masks";

    /// <summary>Stands for affinities where the experiment has no refinement.</summary>
    public const string NoAffinityKey = "none";

    private const int Version = 3;
    private const string ScoresFile = "scores.json";

    /// <summary>Photographs whose CAMs and affinities are held while they walk on every core.</summary>
    private const int Held = 32;

    public static StageKey KeyOf(Experiment experiment, string inputKey, string affinityKey)
    {
        var refinement = experiment.Refinement;
        return new StageKey(Name, Version, [experiment.Cam.Threshold, refinement?.Beta, refinement?.Doublings, refinement?.WalkBackground, refinement?.BackgroundPower, refinement?.MaskCrf], [inputKey, affinityKey]);
    }

    /// <returns>The folder of ID.png, the key, and what the masks are worth against the ground truth, where there is one.</returns>
    public static (string Folder, string Key, IReadOnlyList<ChainScore> Scores) Make(Experiment experiment, CamInput input, Func<BackboneSource> backbone, RunContext context)
    {
        var refinement = experiment.Refinement;
        var (affinity, affinityKey) = (default(AffinityModel), NoAffinityKey);
        if (refinement is not null)
        {
            var (labelsFolder, labelsKey) = ConfidentLabelsStage.Find(refinement, input, context);
            (affinity, affinityKey) = AffinityStage.Train(experiment, input, backbone(), labelsFolder, labelsKey, context);
        }

        using var owned = affinity;
        var key = KeyOf(experiment, input.Key, affinityKey);
        List<string> steps = [ChainScore.Cam];
        if (refinement is not null) steps.Add("random walk");
        if (refinement?.MaskCrf is not null) steps.Add("random walk + CRF");
        var folder = context.Store.GetOrProduceByImages(key, input.Samples.Count, blocks =>
        {
            using var cams = input.Open();
            foreach (var block in blocks)
            {
                var measurements = steps.Select(step => new StepMeasurement(step, input.Labels)).ToList();
                foreach (var group in ImageGroups.Within(Held, block.Of(input.Samples)))
                {
                    var items = group.Chunk(CamExtraction.Chunk).SelectMany(part => Extract(part, cams, affinity, refinement, context)).ToList();
                    var results = new IReadOnlyList<LabelMap>[group.Count];
                    ParallelWork.For(group.Count, context.Cancellation, index =>
                    {
                        results[index] = Refine(items[index], affinity?.Stride ?? 0, experiment, refinement);
                        IndexedPng.Write(Path.Combine(block.ResultFolder, $"{group[index].Sample.Id}.png"), results[index][^1]);
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
        }, blocks => ChainScore.Write(Path.Combine(blocks.Folder, ScoresFile), [.. steps.Select(step => StepMeasurement.Score(step, input.Split, input.Labels, blocks)).Where(score => score.Images > 0)]));
        return (folder, key.Hash, ChainScore.Read(Path.Combine(folder, ScoresFile)));
    }

    private static List<Item> Extract(IReadOnlyList<(ISample Sample, RgbImage Image)> images, ICamSource cams, AffinityModel? affinity, RefinementOptions? refinement, RunContext context)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return [.. images.Zip(cams.Of(images)).Select(pair => Extract(pair.First.Image, pair.Second, affinity, refinement, context))];
    }

    private static Item Extract(RgbImage image, FusedCam? cam, AffinityModel? affinity, RefinementOptions? refinement, RunContext context)
    {
        if (cam is null) return new Item(image, null, null);
        var kept = new FusedCam(cam.Classes, cam.Strided.cpu().DetachFromDisposeScope(), cam.HighResolution.cpu().DetachFromDisposeScope());
        using var scope = NewDisposeScope();
        return new Item(image, kept, affinity?.Affinities(ImageTensors.Normalised(image).to(context.Modules.Device), refinement!.Training.Crop));
    }

    /// <returns>The labels after each step, the masks last.</returns>
    private static IReadOnlyList<LabelMap> Refine(Item item, int stride, Experiment experiment, RefinementOptions? refinement)
    {
        var (image, cam, cells) = item;
        if (cam is null)
        {
            // Whatever the steps are, nothing is there to refine.
            var background = new LabelMap(image.Width, image.Height, new byte[image.Width * image.Height]);
            return [background, background, background];
        }

        using var scope = NewDisposeScope();
        var maps = new List<LabelMap> { CamLabels.FromCams(cam.HighResolution, cam.Classes, experiment.Cam.Threshold) };
        if (refinement is null) return maps;
        maps.Add(CamWalk.Run(cam, cells!, stride, refinement));
        if (refinement.MaskCrf is { } crf) maps.Add(DenseCrf.Refine(image, maps[^1], crf));
        return maps;
    }

    private sealed record Item(RgbImage Image, FusedCam? Cam, CellAffinities? Cells);
}
