namespace Pole;

/// <summary>What a stage reads of a sample.</summary>
[Flags]
public enum SampleParts
{
    None = 0,
    Images = 1,

    /// <summary>Image-level labels.</summary>
    Classes = 2,

    /// <summary>Label maps.</summary>
    LabelMaps = 4,

    /// <summary>Captions, which are rendered: the data set's options and version stand for them.</summary>
    Captions = 8,
}

/// <summary>Data that a stage reads. Its content is part of the stage's key: the list, and the parts of every sample.</summary>
/// <param name="Description">For documents: <c>training images</c>.</param>
/// <param name="Split">Of the data set; null for data that belongs to no split.</param>
/// <param name="When">Null for always.</param>
public sealed record DataInput(string Description, Func<StageSpec, IDataset, string>? Split, SampleParts Parts, Func<StageSpec, bool>? When = null)
{
    /// <summary>The split that weak supervision trains on.</summary>
    public static DataInput Train(SampleParts parts) => new("train", (_, dataset) => dataset.TrainSplit, parts);

    /// <summary>The split that CAMs are measured on.</summary>
    public static DataInput Evaluation(SampleParts parts) => new("evaluation", (_, dataset) => dataset.EvaluationSplit, parts);
}
