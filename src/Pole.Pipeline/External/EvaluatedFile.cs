using Pole.Data.Voc;
using Pole.Pipeline.Inference;

namespace Pole.Pipeline.External;

/// <summary>A prediction in a folder and its ground truth in another.</summary>
public sealed record EvaluatedFile(string Id, string Prediction, string Truth)
{
    private const int Shown = 3;

    /// <summary>Pairs predictions with ground truth. The images to measure are those of the ground truth, or of a list.</summary>
    /// <param name="extension">Of the predictions, without dot.</param>
    /// <param name="truthFolder">ID.png.</param>
    /// <param name="list">The images to measure, as <see cref="ImageList"/>; null for every image of the ground truth.</param>
    /// <param name="partial">Leave out images without a prediction.</param>
    /// <returns>The pairs, in the order of their ids, and the number of images that were to be measured.</returns>
    /// <exception cref="ExperimentException">An image to measure has no prediction or no ground truth; a prediction has no ground truth.</exception>
    public static (IReadOnlyList<EvaluatedFile> Files, int Images) Pair(string predictionsFolder, string extension, string truthFolder, string? list, bool partial)
    {
        var (predictions, truths) = (InputFiles.In(predictionsFolder, extension), InputFiles.In(truthFolder, "png"));
        if (list is not null && !File.Exists(list)) throw new ExperimentException($"{list} does not exist");
        List<string> images = [.. (list is null ? truths.Keys : ImageList.Read(list).Distinct()).Order(StringComparer.Ordinal)];
        if (images.Count == 0) throw new ExperimentException($"{list} lists no images");

        var untrue = (list is null ? predictions.Keys.AsEnumerable() : images).Where(id => !truths.ContainsKey(id)).Order(StringComparer.Ordinal).ToList();
        if (untrue.Count > 0) throw new ExperimentException($"{truthFolder} has no ground truth of {untrue.Count} images of {list ?? predictionsFolder}: {Names(untrue, "png")}");
        var missing = images.Where(id => !predictions.ContainsKey(id)).ToList();
        if (missing.Count == images.Count || missing.Count > 0 && !partial)
            throw new ExperimentException($"{predictionsFolder} has no prediction of {missing.Count} of the {images.Count} images of {list ?? truthFolder}: {Names(missing, extension)}; "
                + "make them, name the images to measure with --list FILE, or leave the others out with --partial");
        return ([.. images.Where(predictions.ContainsKey).Select(id => new EvaluatedFile(id, predictions[id], truths[id]))], images.Count);
    }

    private static string Names(IReadOnlyList<string> ids, string extension) => string.Join(", ", ids.Take(Shown).Select(id => $"{id}.{extension}")) + (ids.Count > Shown ? "…" : "");
}
