using Pole.Pipeline.Inference;

namespace Pole.Pipeline.Stages;

/// <summary>Images with CAMs, from a network of this run or from files: what refinement starts from.</summary>
/// <param name="Split">What the images are called in scores.</param>
/// <param name="Key">Of the images and CAMs.</param>
/// <param name="Open">The caller disposes the source.</param>
internal sealed record CamInput(IReadOnlyList<ISample> Samples, string Split, int Labels, string Key, Func<ICamSource> Open)
{
    public static string KeyOf(Experiment experiment, string trainedKey) => CanonicalSpec.Fingerprint(new object[] { experiment.Cam.Scales, trainedKey });

    public static CamInput Of(TrainedNetwork trained, Experiment experiment, IDataset dataset, RunContext context) => new(
        dataset.Samples(dataset.TrainSplit), dataset.TrainSplit, dataset.Classes.Count + 1, KeyOf(experiment, trained.Key),
        () => new NetworkCams(trained.Load(experiment, dataset, context), experiment.Cam, context.Modules.Device));
}
