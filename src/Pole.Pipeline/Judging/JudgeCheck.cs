using Pole.Data.Imaging;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Stages;
using Pole.Zoo.Clip;
using Pole.Zoo.Objective;
using Pole.Zoo.Prompts;
using static TorchSharp.torch;

namespace Pole.Pipeline.Judging;

/// <summary>
/// Whether an experiment's CLIP can teach: it has to tell classes apart in whole and in masked images, must not take a hole for an object, and the objective has to be lowest at the true mask.
/// Images are seen as in CLIMS's training, with class names in the prompts and no adaptors.
/// </summary>
public static class JudgeCheck
{
    private const double Accuracy = 0.9, MaskAccuracy = 0.9, OwnMask = 0.85, Scenery = 0.95, TrueMask = 0.8;

    /// <param name="images">At most as many of the evaluation split.</param>
    /// <exception cref="ExperimentException">The experiment has no CLIP; data or weights are missing.</exception>
    public static JudgeReport Run(Experiment experiment, RunContext context, int images)
    {
        if (experiment.Prompt is not { } prompt) throw new ExperimentException($"{experiment.Name} has no clip and no prompt: nothing judges there");
        if (!SpecValues.IsMeasured(experiment)) throw new ExperimentException($"{experiment.Name}: its data set has no label maps, and a judge is checked against the true masks; name their folder with dataset.masks");
        var run = new ExperimentRun(experiment, context);
        using var chain = run.RunTo(Slots.Clip);
        var clip = chain.Final(Slots.Clip)!;
        var (dataset, device) = (run.Dataset, context.Modules.Device);
        var split = dataset.EvaluationSplit;
        IReadOnlyList<ISample> samples = [.. dataset.Samples(split).Where(sample => sample.PresentClasses.Count > 0).Take(images)];
        using var outer = NewDisposeScope();
        using var noGradient = no_grad();
        var classes = PromptEncoder.Encode(clip, prompt.Template, [.. dataset.Classes.Select(name => prompt.NamesOf(name)[0])], device);
        var backgrounds = prompt.Backgrounds.Count == 0 ? null : PromptEncoder.Encode(clip, prompt.Template, prompt.Backgrounds, device);
        var networks = experiment.Objective is null && !prompt.HasChoice ? [] : TrainedMaps.Of(experiment, context);
        try
        {
            var objective = experiment.Objective is { } given ? new CandidateLosses(given, clip, classes, backgrounds, networks, context.Modules) : null;
            using var scores = prompt.HasChoice ? new NameScores(clip, prompt.SelectionTemplate ?? prompt.Template, dataset.Classes.ToDictionary(name => name, prompt.NamesOf, StringComparer.Ordinal), dataset.Classes, device) : null;
            var names = scores is null ? null : new CandidateNames(scores, clip, prompt.Masking, networks, device);
            var seen = new SeenImages(clip, classes, backgrounds);
            context.Progress.Stage("judge", progress => Look(samples, seen, objective, names, dataset.Classes.Count, device, progress, context.Cancellation));
            return new JudgeReport(split, samples.Count, seen.Pairs, Criteria(seen, objective), objective?.Results() ?? [], names?.Results() ?? []);
        }
        finally
        {
            foreach (var (_, network) in networks) network.Dispose();
        }
    }

    private static void Look(IReadOnlyList<ISample> samples, SeenImages seen, CandidateLosses? objective, CandidateNames? names, int classes, Device device, IStageProgress progress, CancellationToken cancellation)
    {
        progress.Expect(samples.Count, "images");
        foreach (var sample in samples)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (image, labels) = (sample.LoadImage(), sample.LoadLabels());
            labels.RequireLabels(classes + 1);
            var pixels = ImageTensors.Normalised(image).unsqueeze(0).to(device);
            // Label maps decide: what cannot be seen has no mask.
            IReadOnlyList<int> present = [.. labels.Labels.Where(label => label is not (0 or LabelMap.Ignored)).Distinct().Order().Select(label => label - 1)];
            seen.Add(pixels, labels, present);
            foreach (var one in present)
            {
                objective?.Add(pixels, labels, one);
                names?.Add(image, pixels, labels, one);
            }

            progress.Advance(1);
        }
    }

    private static IReadOnlyList<JudgeCriterion> Criteria(SeenImages seen, CandidateLosses? objective) =>
    [
        Share("A whole image is read as a class that is in it", seen.WholeRight, Accuracy),
        Share("Image × true mask is read as its class", seen.MaskRight, MaskAccuracy),
        Share("Image × true mask is closer to the class than image × the mask of another class", seen.OwnMaskCloser, OwnMask),
        Share("Scenery with holes is read as a background, not as a class", seen.SceneryRight, Scenery),
        new("Highest cosine of an empty image to a class (mean + one deviation of absent classes)", seen.EmptyCosine(), seen.AbsentBound(), IsLowerBound: false, IsShare: false, seen.Pairs),
        .. objective is null ? [] : new[] { Share("The objective is lower at the true mask than at any that shares less than half with it", objective.TrueLowest, TrueMask) },
    ];

    private static JudgeCriterion Share(string question, IReadOnlyList<bool> answers, double bound) =>
        new(question, answers.Count == 0 ? 0 : answers.Count(answer => answer) / (double)answers.Count, bound, IsLowerBound: true, IsShare: true, answers.Count);
}
