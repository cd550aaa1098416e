using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Training;
using Pole.Zoo.Clip;
using Pole.Zoo.Weights;
using TorchSharp;

namespace Pole.Pipeline.Stages;

/// <summary>Makes the judge: published weights, or a small CLIP pretrained on the data set's captions and stored.</summary>
internal static class ClipStage
{
    public const string Name = "clip";

    private const int Version = 1;
    private const string WeightsFile = "clip.safetensors";

    /// <summary>Null where the weights are published and nothing is produced.</summary>
    public static StageKey? KeyOf(Experiment experiment, IDataset dataset) =>
        experiment.Clip is ICaptionPretraining ? new StageKey(Name, Version, [experiment.Clip, experiment.Dataset, dataset.Version, experiment.Seed], []) : null;

    /// <returns>The frozen model, which the caller disposes, and the key that later stages build on.</returns>
    /// <param name="makeDataset">Asked only for a CLIP that is pretrained on the data set's captions.</param>
    public static (ClipModel Clip, string Key) Load(Experiment experiment, Func<IDataset> makeDataset, RunContext context)
    {
        var options = experiment.Clip!;
        var device = context.Modules.Device;
        if (options is not ICaptionPretraining pretraining)
            return (Freeze(options.Create(context.Modules), device), CanonicalSpec.Fingerprint(options));
        var dataset = makeDataset();
        if (dataset is not ICaptionSource source)
            throw new ExperimentException($"{experiment.Name}: its clip is pretrained on captions, which the data set does not have; use a clip with published weights");

        var key = KeyOf(experiment, dataset)!;
        var folder = context.Store.GetOrProduce(key, work =>
        {
            torch.random.manual_seed(experiment.Seed);
            using var untrained = (ClipNetwork)pretraining.CreateUntrained(source.Vocabulary);
            untrained.to(device);
            ClipPretraining.Run(untrained, source, pretraining, experiment.Seed, device, context.Session(work));
            WeightFiles.Write(Path.Combine(work.Folder, WeightsFile), untrained);
        });
        var clip = pretraining.CreateUntrained(source.Vocabulary);
        WeightFiles.Read(Path.Combine(folder, WeightsFile), clip);
        return (Freeze(pretraining.CreateJudge(clip), device), key.Hash);
    }

    private static ClipModel Freeze(ClipModel clip, torch.Device device)
    {
        clip.eval();
        foreach (var parameter in clip.parameters()) parameter.requires_grad_(false);
        clip.to(device);
        return clip;
    }
}
