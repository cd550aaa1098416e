namespace Pole;

/// <summary>Images with image-level labels and, where they exist, label maps, in named splits.</summary>
[OptionsDeclare(typeof(DatasetClassesAttribute), "[DatasetClasses(\"cat\", \"dog\")]", OrKeyOf = typeof(ClassList))]
public interface IDataset
{
    /// <summary>Foreground classes in label order: class k is label k + 1; label 0 is background, 255 is ignored.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>Raised whenever the same options would give other images, labels or captions: stored results of stages depend on it.</summary>
    int Version { get; }

    /// <summary>The split that weak supervision trains on.</summary>
    string TrainSplit { get; }

    /// <summary>The split with label maps that results are measured on.</summary>
    string EvaluationSplit { get; }

    /// <summary>The splits with the number of images that they are published with.</summary>
    IReadOnlyDictionary<string, int> ExpectedImages { get; }

    /// <summary>Whether every image of a split is meant to have a label map, so that one without is a fault of the data.</summary>
    bool HasLabelMaps(string split) => true;

    /// <summary>Images that were left out because they cannot be read; known after <see cref="Prepare"/>.</summary>
    IReadOnlyList<string> Skipped => [];

    /// <summary>Checks that the files are there which say what images there are, and reads none: a command asks it of every data set before its first step.</summary>
    /// <exception cref="ExperimentException">One is missing; says which, and where to get it.</exception>
    void RequireLists()
    {
    }

    /// <summary>Checks that the files are there; renders them where the data set is a rendered one.</summary>
    /// <exception cref="ExperimentException">Files are missing; says which, and where to get them.</exception>
    void Prepare(IStageProgress progress, CancellationToken cancellation);

    /// <summary>The samples of a split, in the order of its list file.</summary>
    IReadOnlyList<ISample> Samples(string split);
}
