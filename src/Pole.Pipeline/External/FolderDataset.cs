namespace Pole.Pipeline.External;

/// <summary>Images in a folder as the training split of a data set that has no other.</summary>
internal sealed class FolderDataset(string split, IReadOnlyList<string> classes, IReadOnlyList<ISample> samples) : IDataset
{
    public IReadOnlyList<string> Classes => classes;

    public int Version => 1;

    public string TrainSplit => split;

    public string EvaluationSplit => split;

    public IReadOnlyDictionary<string, int> ExpectedImages => new Dictionary<string, int>();

    public void Prepare(IStageProgress progress, CancellationToken cancellation)
    {
    }

    public IReadOnlyList<ISample> Samples(string name) => name == split ? samples : throw new ExperimentException($"images in a folder have no split '{name}'");
}
