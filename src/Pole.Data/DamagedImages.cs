using System.Collections.Concurrent;

namespace Pole.Data;

/// <summary>
/// A data set without those of its images that cannot be read. All are read once before the run, so that every epoch sees the same
/// samples; the names of those left out become part of the result.
/// </summary>
public sealed class DamagedImages : IDataset
{
    private readonly IDataset dataset;
    private IReadOnlyList<string> skipped = [];

    private DamagedImages(IDataset dataset) => this.dataset = dataset;

    public IReadOnlyList<string> Classes => dataset.Classes;

    public int Version => dataset.Version;

    public string TrainSplit => dataset.TrainSplit;

    public string EvaluationSplit => dataset.EvaluationSplit;

    public IReadOnlyDictionary<string, int> ExpectedImages => dataset.ExpectedImages;

    public bool HasLabelMaps(string split) => dataset.HasLabelMaps(split);

    public IReadOnlyList<string> Skipped => skipped;

    /// <param name="skip">False leaves the data set as it is: a damaged image is an error.</param>
    public static IDataset Guard(IDataset dataset, bool skip) => skip ? new DamagedImages(dataset) : dataset;

    public void RequireLists() => dataset.RequireLists();

    public void Prepare(IStageProgress progress, CancellationToken cancellation)
    {
        dataset.Prepare(progress, cancellation);
        var samples = dataset.Samples(TrainSplit).Concat(dataset.Samples(EvaluationSplit)).DistinctBy(sample => sample.Id).ToList();
        var damaged = new ConcurrentBag<string>();
        progress.Expect(samples.Count, "images checked");
        ParallelWork.For(samples.Count, cancellation, index =>
        {
            try
            {
                samples[index].LoadImage();
            }
            catch (ExperimentException)
            {
                damaged.Add(samples[index].Id);
            }

            progress.Advance(1, damaged.IsEmpty ? null : $"{damaged.Count} damaged");
        });
        skipped = [.. damaged.Order(StringComparer.Ordinal)];
    }

    public IReadOnlyList<ISample> Samples(string split) => [.. dataset.Samples(split).Where(sample => !skipped.Contains(sample.Id))];
}
