using Pole.Data.Imaging;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Refinement;
using Pole.Zoo.Affinity;
using static TorchSharp.torch;

namespace Pole.Pipeline.Stages;

/// <summary>Masks of the training images, as palette PNGs: CAMs that walked where the experiment refines them, else CAMs at the threshold.</summary>
internal static class PseudoMaskStage
{
    private const int Version = 1;
    private const string ScoresFile = "scores.json";

    /// <returns>The folder of ID.png, the key, and what the masks are worth against the ground truth of the training split.</returns>
    public static (string Folder, string Key, IReadOnlyList<ChainScore> Scores) Make(Experiment experiment, IDataset dataset, TrainedNetwork trained, RunContext context)
    {
        var refinement = experiment.Refinement;
        var (affinity, affinityKey) = refinement is null ? (null, "none") : Affinity(experiment, dataset, trained, context);
        using var owned = affinity;
        var key = new StageKey("pseudo-masks", Version, [experiment.Cam, refinement?.WalkRadius, refinement?.Beta, refinement?.Doublings, refinement?.WalkBackground], [trained.Key, affinityKey]);
        var folder = context.Store.GetOrProduce(key, (target, progress) =>
        {
            using var network = trained.Load(experiment, dataset, context);
            var extraction = new CamExtraction(network, experiment.Cam, context.Modules.Device);
            var samples = dataset.Samples(dataset.TrainSplit);
            var (plain, walked) = (new ConfusionMatrix(dataset.Classes.Count + 1), new ConfusionMatrix(dataset.Classes.Count + 1));
            progress.Expect(samples.Count, "images");
            foreach (var sample in samples)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var (image, truth) = (sample.LoadImage(), sample.LoadLabels());
                var labels = new LabelMap(image.Width, image.Height, new byte[image.Width * image.Height]);
                var mask = labels;
                if (sample.PresentClasses.Count > 0)
                {
                    var cam = extraction.Extract(image, sample.PresentClasses);
                    labels = CamLabels.FromCams(cam.HighResolution, sample.PresentClasses, experiment.Cam.Threshold);
                    mask = affinity is null ? labels : Walk(affinity, image, cam.Strided, sample.PresentClasses, refinement!, context.Modules.Device);
                }

                plain.Add(truth, labels);
                walked.Add(truth, mask);
                IndexedPng.Write(Path.Combine(target, $"{sample.Id}.png"), mask);
                progress.Advance(1, $"mIoU {walked.MeanIntersectionOverUnion():p1}");
            }

            List<ChainScore> scores = [ChainScore.Of("CAM", dataset.TrainSplit, samples.Count, plain)];
            if (affinity is not null) scores.Add(ChainScore.Of("random walk", dataset.TrainSplit, samples.Count, walked));
            ChainScore.Write(Path.Combine(target, ScoresFile), scores);
        });
        return (folder, key.Hash, ChainScore.Read(Path.Combine(folder, ScoresFile)));
    }

    private static (AffinityNetwork Network, string Key) Affinity(Experiment experiment, IDataset dataset, TrainedNetwork trained, RunContext context)
    {
        var (labelsFolder, labelsKey) = ConfidentLabelsStage.Find(experiment, dataset, trained, context);
        return AffinityStage.Train(experiment, dataset, trained, labelsFolder, labelsKey, context);
    }

    private static LabelMap Walk(AffinityNetwork affinity, RgbImage image, Tensor cams, IReadOnlyList<int> classes, RefinementOptions options, Device device)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var side = Math.Max(image.Width, image.Height);
        var (edges, _) = affinity.ComputeWithMirror(ImageTensors.Normalised(image).to(device), side);
        var (height, width) = ((int)edges.shape[1], (int)edges.shape[2]);
        var walk = new RandomWalk(edges.cpu().contiguous().data<float>().ToArray(), height, width, options.WalkRadius, options.Beta);
        var maps = cams.cpu().contiguous();
        var walked = Enumerable.Range(0, classes.Count).SelectMany(map => walk.Propagate(maps[map].data<float>().ToArray(), 1 << options.Doublings)).ToArray();
        return WalkLabels.Find(tensor(walked, [classes.Count, height, width]), classes, image.Height, image.Width, options.WalkBackground);
    }
}
