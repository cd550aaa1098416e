using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Refinement.Steps;

namespace Pole.Pipeline.Refinement;

/// <summary>The steps from CAMs to masks that an experiment has.</summary>
/// <param name="threshold">Of the CAMs, whose labels stand before the first step.</param>
internal sealed class RefinementSteps(IReadOnlyList<RefinementStep> steps, double threshold) : IDisposable
{
    /// <summary>What is measured: the CAMs, and the labels after each step, the masks last.</summary>
    public IReadOnlyList<string> Names { get; } = [ChainScore.Cam, .. steps.Select((_, index) => string.Join(" + ", steps.Take(index + 1).Select(step => step.Name)))];

    /// <summary>Those of a spec; the random walk where it does not say. Null for an experiment that refines nothing.</summary>
    public static IReadOnlyList<IModuleOptions<RefinementStep, RefinementBase>>? Of(Experiment experiment) => experiment.Refinement is { } refinement ? refinement.Steps ?? [new RandomWalkOptions()] : null;

    /// <summary>The labels of each of <see cref="Names"/>, each with a map an image.</summary>
    /// <param name="images">With CAMs on the CPU; null where no class is present.</param>
    public IReadOnlyList<IReadOnlyList<LabelMap>> Refine(IReadOnlyList<(RgbImage Image, FusedCam? Cam)> images, CancellationToken cancellation)
    {
        var labels = new LabelMap[images.Count];
        ParallelWork.For(images.Count, cancellation, index => labels[index] = images[index].Cam is { } cam ? CamLabels.FromCams(cam.HighResolution, cam.Classes, threshold) : Background(images[index].Image));
        List<IReadOnlyList<LabelMap>> all = [labels];
        foreach (var step in steps)
        {
            // An image without a class has nothing to refine, whatever the step is.
            var refined = new Queue<LabelMap>(step.Refine([.. images.Zip(all[^1]).Where(entry => entry.First.Cam is not null).Select(entry => new RefinedImage(entry.First.Image, entry.First.Cam!, entry.Second))], cancellation));
            all.Add([.. images.Zip(all[^1]).Select(entry => entry.First.Cam is null ? entry.Second : refined.Dequeue())]);
        }

        return all;
    }

    public void Dispose()
    {
        foreach (var step in steps) step.Dispose();
    }

    private static LabelMap Background(RgbImage image) => new(image.Width, image.Height, new byte[image.Width * image.Height]);
}
