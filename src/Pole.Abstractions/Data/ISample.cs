namespace Pole;

/// <summary>One image of a data set; nothing is decoded before it is asked for.</summary>
public interface ISample
{
    string Id { get; }

    /// <summary>The files that the sample is read from. Null for a sample that has none: what it gives is then read anew at each run, to tell whether it is what it was.</summary>
    SampleFiles? Files => null;

    /// <summary>Indices into <see cref="IDataset.Classes"/> of the classes present, ascending, from the annotation (image-level labels).</summary>
    IReadOnlyList<int> PresentClasses { get; }

    /// <exception cref="ExperimentException">The file is missing or cannot be decoded; names it.</exception>
    RgbImage LoadImage();

    /// <summary>There is a label map; training images of published data sets need not have one.</summary>
    bool HasLabels => true;

    /// <summary>Which masks <see cref="LoadLabels"/> reads, where a data set has several of one image: <c>SegmentationClass</c>. Results name them, since their numbers do not compare. Null where there is one set only.</summary>
    string? Masks => null;

    /// <exception cref="ExperimentException">The file is missing or cannot be decoded; names it.</exception>
    LabelMap LoadLabels();
}
