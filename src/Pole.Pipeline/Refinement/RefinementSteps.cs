using System.Text.RegularExpressions;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Refinement.Steps;

namespace Pole.Pipeline.Refinement;

/// <summary>The steps from CAMs to masks that an experiment has.</summary>
internal sealed partial class RefinementSteps : IDisposable
{
    private readonly IReadOnlyList<RefinementStep> steps;
    private readonly double threshold;
    private readonly int labels;

    /// <param name="threshold">Of the CAMs, whose labels stand before the first step.</param>
    /// <param name="labels">Classes and background.</param>
    /// <exception cref="ExperimentException">Two of what is measured would have one file.</exception>
    public RefinementSteps(IReadOnlyList<RefinementStep> steps, double threshold, int labels)
    {
        (this.steps, this.threshold, this.labels) = (steps, threshold, labels);
        if (steps.FirstOrDefault(step => !StepName().IsMatch(step.Name)) is { } unfit) throw new ExperimentException($"{unfit.GetType().FullName} calls its step '{unfit.Name}': a name has letters and digits, with single blanks or hyphens between them");
        Names = [ChainScore.Cam, .. steps.Select((_, index) => string.Join(" + ", steps.Take(index + 1).Select(step => step.Name)))];
        if (Names.GroupBy(ChainScore.FileNameOf, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice) throw new ExperimentException($"the steps {string.Join(" and ", twice.Select(name => $"'{name}'"))} of the refinement would have one file: {steps[^1].GetType().FullName} or one before it needs another name");
    }

    /// <summary>What is measured: the CAMs, and the labels after each step, the masks last.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Those of a spec; the random walk where it does not say. Null for an experiment that refines nothing.</summary>
    public static IReadOnlyList<IModuleOptions<RefinementStep, RefinementBase>>? Of(Experiment experiment) => experiment.Refinement is { } refinement ? refinement.Steps ?? [new RandomWalkOptions()] : null;

    /// <summary>The labels of each of <see cref="Names"/>, each with a map an image.</summary>
    /// <param name="images">With CAMs on the CPU; null where no class is present.</param>
    public IReadOnlyList<IReadOnlyList<LabelMap>> Refine(IReadOnlyList<(string Id, RgbImage Image, FusedCam? Cam)> images, CancellationToken cancellation)
    {
        var labels = new LabelMap[images.Count];
        ParallelWork.For(images.Count, cancellation, index => labels[index] = images[index].Cam is { } cam ? CamLabels.FromCams(cam.HighResolution, cam.Classes, threshold) : Background(images[index].Image));
        List<IReadOnlyList<LabelMap>> all = [labels];
        foreach (var step in steps)
        {
            // An image without a class has nothing to refine, whatever the step is.
            var refined = new Queue<LabelMap>(Refine(step, [.. images.Zip(all[^1]).Where(entry => entry.First.Cam is not null).Select(entry => new RefinedImage(entry.First.Id, entry.First.Image, entry.First.Cam!, entry.Second))], cancellation));
            all.Add([.. images.Zip(all[^1]).Select(entry => entry.First.Cam is null ? entry.Second : refined.Dequeue())]);
        }

        return all;
    }

    /// <summary>What segmentation learns from.</summary>
    /// <param name="masks">A label map that the last step gave.</param>
    public LabelMap ForTraining(LabelMap masks) => steps is [.., var last] ? last.ForTraining(masks) : masks;

    /// <summary>What the steps have to say of images that have been refined.</summary>
    public StepRemarks Remarks(IReadOnlyList<string> images) => new(images.Count,
        [.. steps.Index().SelectMany(step => images.Select(step.Item.Remark).OfType<string>().CountBy(text => text).Select(count => new StepRemark(Names[step.Index + 1], count.Key, count.Value)))]);

    public void Dispose()
    {
        foreach (var step in steps) step.Dispose();
    }

    /// <summary>What does not fit an image must not be stored: it would be found again when the step is mended.</summary>
    private IReadOnlyList<LabelMap> Refine(RefinementStep step, IReadOnlyList<RefinedImage> images, CancellationToken cancellation)
    {
        var refined = step.Refine(images, cancellation);
        if (refined.Count != images.Count) throw new ExperimentException($"the step '{step.Name}' gave {refined.Count} label maps for {images.Count} images");
        foreach (var (image, map) in images.Zip(refined.Select(map => map with { Source = $"what the step '{step.Name}' gave" })))
        {
            map.RequireSize(image.Image.Width, image.Image.Height, "its image");
            map.RequireLabels(labels);
        }

        return refined;
    }

    [GeneratedRegex("^[A-Za-z0-9]+([ -][A-Za-z0-9]+)*$")]
    private static partial Regex StepName();

    private static LabelMap Background(RgbImage image) => new(image.Width, image.Height, new byte[image.Width * image.Height]);
}
