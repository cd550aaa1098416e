using Pole.Data.Imaging;
using Pole.Data.Loading;
using Pole.Zoo.Clip;
using Pole.Zoo.Clip.Aligned;
using Pole.Zoo.Prompts;
using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>
/// Fits the projection of an aligned clip: features of views of the training images, computed once since the backbone is frozen, to the text embeddings of their image-level labels. The loss is CLIP's cross entropy
/// over class names, with all names of an image as equal positives.
/// </summary>
internal static class ClipAlignment
{
    /// <summary>Factor on cosines: the highest that CLIP's training lets it become (Radford et al. 2021, section 2.5).</summary>
    private const double Scale = 100;

    private const int Chunk = 16;

    /// <param name="samples">Images without a class are left out: no name is right for them.</param>
    /// <param name="prompts">One for each class, in label order.</param>
    public static void Run(AlignedClip clip, IReadOnlyList<ISample> samples, IReadOnlyList<string> prompts, AlignedClipOptions options, int seed, ModuleContext modules, TrainingSession session)
    {
        using var scope = NewDisposeScope();
        IReadOnlyList<ISample> labelled = [.. samples.Where(sample => sample.PresentClasses.Count > 0)];
        if (labelled.Count == 0) throw new ExperimentException("no training image has a class: there is nothing to fit the clip to");
        var features = Features(clip, labelled, options, seed, modules.Device, session);
        var targets = Targets(Labels(labelled, options.ShuffledLabels, seed), prompts.Count, options.Views).to(modules.Device);
        var texts = PromptEncoder.Encode(clip, "{}", prompts, modules.Device);
        using var optimizer = ClipOptimizer.Create(clip.Projection.parameters(), options.LearningRate, options.WeightDecay, options.Steps, modules);
        string[] ids = [.. labelled.SelectMany(sample => Enumerable.Repeat(sample.Id, options.Views))];
        var batches = new DrawnBatches<AlignmentBatch>(ids.Length, options.BatchSize, options.Steps, seed, drawn => new([.. drawn.Select(row => (long)row)], [.. drawn.Select(row => ids[row])]));
        TrainingLoop.Run(new TrainingState(clip.Projection, optimizer), batches, options.Steps, 1, batch => Loss(clip, batch, features, targets, texts), session with { Workers = 0 });
    }

    private static TrainingLoss Loss(AlignedClip clip, AlignmentBatch batch, Tensor features, Tensor targets, Tensor texts)
    {
        using var scope = NewDisposeScope();
        var rows = tensor(batch.Rows.ToArray(), device: features.device);
        var logits = CosineSimilarity.Between(clip.Projection.call(features.index_select(0, rows)), texts) * Scale;
        return (-(targets.index_select(0, rows) * logits.log_softmax(1)).sum(1).mean()).MoveToOuterDisposeScope();
    }

    /// <returns><c>[images · views, F]</c>, the views of an image one after another.</returns>
    private static Tensor Features(AlignedClip clip, IReadOnlyList<ISample> samples, AlignedClipOptions options, int seed, Device device, TrainingSession session)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        clip.eval();
        var views = new AlignmentViews(options.ImageResolution, options.Masked, seed);
        session.Progress.Expect(samples.Count, "images");
        var features = new List<Tensor>();
        foreach (var images in ReadAhead.Run(samples.Count, session.Workers, session.Cancellation, index => Of(samples[index], views, index, options.Views)))
        {
            foreach (var chunk in images.Chunk(Chunk))
            {
                using var chunkScope = NewDisposeScope();
                features.Add(clip.Features(stack(chunk.Select(image => ImageTensors.Normalised(image, clip.Normalisation))).to(device)).MoveToOuterDisposeScope());
            }

            session.Progress.Advance(1);
        }

        return cat(features).MoveToOuterDisposeScope();
    }

    private static RgbImage[] Of(ISample sample, AlignmentViews views, int index, int count)
    {
        var image = sample.LoadImage();
        return [.. Enumerable.Range(0, count).Select(view => views.Of(image, index, view))];
    }

    private static IReadOnlyList<int>[] Labels(IReadOnlyList<ISample> samples, bool shuffled, int seed)
    {
        IReadOnlyList<int>[] labels = [.. samples.Select(sample => sample.PresentClasses)];
        if (shuffled) new Random(seed).Shuffle(labels);
        return labels;
    }

    /// <returns>Rows that sum to 1, <c>[images · views, classes]</c>.</returns>
    private static Tensor Targets(IReadOnlyList<int>[] labels, int classes, int views)
    {
        var values = new float[labels.Length * classes];
        foreach (var (image, present) in labels.Index())
        foreach (var label in present)
            values[image * classes + label] = 1f / present.Count;
        using var images = tensor(values, [labels.Length, classes], device: CPU);
        return images.repeat_interleave(views, 0);
    }
}
