
namespace Pole.Zoo.Weights;

/// <summary>A file, or a folder of files, of weights that someone else publishes and the user puts into the weights folder.</summary>
/// <param name="FileName">Its name in the weights folder.</param>
/// <param name="Source">Where to get it.</param>
/// <param name="Sha256">Hash of the published file, or its beginning; null where the publisher gives none.</param>
public sealed record PublishedWeights(string FileName, string Source, string? Sha256 = null)
{
    private string Remedy => $"get {FileName} from {Source}{(Sha256 is null ? "" : $" (SHA-256 {Sha256})")}";

    /// <exception cref="ExperimentException">No folder was given, or the file is not there; says what goes where.</exception>
    public string Locate(ModuleContext context)
    {
        if (context.WeightsFolder is not { } folder)
            throw new ExperimentException($"{FileName} is needed and no weights folder was given: {Remedy}, put it into a folder and give that with --weights DIR or POLE_WEIGHTS");
        var path = Path.Combine(folder, FileName);
        return Path.Exists(path) ? path : throw new ExperimentException($"{path} does not exist: {Remedy}");
    }

    /// <summary>Opens the weights; the caller disposes them.</summary>
    /// <exception cref="ExperimentException">They are missing, damaged, or not the published ones.</exception>
    public WeightFile Open(ModuleContext context)
    {
        var path = Locate(context);
        if (Sha256 is not null && File.Exists(path) && FileHash.Sha256(path) is var hash && !hash.StartsWith(Sha256, StringComparison.Ordinal))
            throw new ExperimentException($"{path} is not the published file: its SHA-256 is {hash}; {Remedy}");
        return WeightFile.Open(path);
    }
}
