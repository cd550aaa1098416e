namespace Pole.Data.Folders;

/// <summary>Which classes are present in the images of a folder, in one of the ways that people write them down.</summary>
public interface IImageLabels
{
    /// <returns>Indices of classes, ascending.</returns>
    /// <exception cref="ExperimentException">The image has no labels, or labels that are no classes; names file and place.</exception>
    IReadOnlyList<int> Of(string id);

    /// <summary>The file that says it of one image alone; null where a file says it of many.</summary>
    string? FileOf(string id) => null;
}
