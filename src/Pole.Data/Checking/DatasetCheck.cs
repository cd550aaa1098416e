using System.Collections.Concurrent;

namespace Pole.Data.Checking;

/// <summary>Something about a data set's files that is not as published.</summary>
/// <param name="Image">The image, or null where the split as a whole is meant.</param>
public sealed record DatasetProblem(string Split, string? Image, string Message);

/// <summary>Reads every image, annotation and label map of every published split.</summary>
public static class DatasetCheck
{
    /// <returns>Everything that is missing, damaged, of another number or size, or both trained and measured on, in the order of the splits.</returns>
    public static IReadOnlyList<DatasetProblem> Run(IDataset dataset, IStageProgress progress, CancellationToken cancellation)
    {
        var problems = new List<DatasetProblem>();
        var read = new ConcurrentDictionary<string, string?>(StringComparer.Ordinal);
        var listed = new Dictionary<string, IReadOnlyList<ISample>>(StringComparer.Ordinal);
        foreach (var (split, expected) in dataset.ExpectedImages)
        {
            IReadOnlyList<ISample> samples;
            try
            {
                listed[split] = samples = dataset.Samples(split);
            }
            catch (ExperimentException exception)
            {
                problems.Add(new DatasetProblem(split, null, exception.Message));
                continue;
            }

            if (samples.Count != expected) problems.Add(new DatasetProblem(split, null, $"{samples.Count} images are listed, {expected} are published"));
            progress.Expect(samples.Count, $"images of {split}");
            var found = new ConcurrentBag<(int Index, string Message)>();
            ParallelWork.For(samples.Count, cancellation, index =>
            {
                // An image of several splits is read once.
                if (read.GetOrAdd(samples[index].Id, _ => Problem(samples[index], dataset.Classes.Count + 1, dataset.HasLabelMaps(split))) is { } message) found.Add((index, message));
                progress.Advance(1, found.IsEmpty ? null : $"{found.Count} problem{(found.Count == 1 ? "" : "s")}");
            });
            problems.AddRange(found.OrderBy(entry => entry.Index).Select(entry => new DatasetProblem(split, samples[entry.Index].Id, entry.Message)));
        }

        if (dataset.TrainSplit != dataset.EvaluationSplit && listed.TryGetValue(dataset.TrainSplit, out var trained) && listed.TryGetValue(dataset.EvaluationSplit, out var measured))
            problems.AddRange(TwinImages.Find(trained, measured, cancellation).Select(pair => new DatasetProblem(dataset.EvaluationSplit, pair.Measured.Id, $"it is the same file as {pair.Trained.Id} of {dataset.TrainSplit}: what is trained on is measured on")));
        return problems;
    }

    private static string? Problem(ISample sample, int classesAndBackground, bool needsLabelMap)
    {
        try
        {
            var image = sample.LoadImage();
            if (!sample.HasLabels && !needsLabelMap) return sample.PresentClasses.Count == 0 ? "it has no class" : null;
            var labels = sample.LoadLabels();
            if ((image.Width, image.Height) != (labels.Width, labels.Height)) return $"the image is {image.Width}×{image.Height}, its label map {labels.Width}×{labels.Height}";
            labels.RequireLabels(classesAndBackground);
            return sample.PresentClasses.Count == 0 ? "its annotation lists no object" : null;
        }
        catch (ExperimentException exception)
        {
            return exception.Message;
        }
    }
}
