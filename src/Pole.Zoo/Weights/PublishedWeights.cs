
namespace Pole.Zoo.Weights;

/// <summary>A file, or a folder of files, of weights that someone else publishes and the user puts into the weights folder.</summary>
/// <param name="FileName">Its name in the weights folder.</param>
/// <param name="Source">Where to get it.</param>
/// <param name="Sha256">Hash of the published file, or its beginning; null where the publisher gives none.</param>
public sealed record PublishedWeights(string FileName, string Source, string? Sha256 = null)
{
    private string Remedy => $"get {FileName} from {Source}{(Sha256 is null ? "" : $" (SHA-256 {Sha256})")}";

    /// <exception cref="ExperimentException">No folder was given, or files are not there; says for each what goes where.</exception>
    public static void Require(ModuleContext context, params IReadOnlyList<PublishedWeights> files)
    {
        var missing = files.Where(file => context.WeightsFolder is not { } folder || !Path.Exists(Path.Combine(folder, file.FileName))).ToList();
        if (missing.Count == 0) return;
        var (names, remedies) = (string.Join(" and ", missing.Select(file => file.FileName)), string.Join("; ", missing.Select(file => file.Remedy)));
        throw new ExperimentException(context.WeightsFolder is { } weights
            ? $"{names} {(missing.Count == 1 ? "does" : "do")} not exist in {weights}: {remedies}"
            : $"{names} {(missing.Count == 1 ? "is" : "are")} needed and no weights folder was given: {remedies}; put {(missing.Count == 1 ? "it" : "them")} into a folder and give that with --weights DIR or POLE_WEIGHTS");
    }

    /// <exception cref="ExperimentException">No folder was given, or the file is not there; says what goes where.</exception>
    public string Locate(ModuleContext context)
    {
        Require(context, this);
        return Path.Combine(context.WeightsFolder!, FileName);
    }

    /// <summary>Opens the weights; the caller disposes them.</summary>
    /// <exception cref="ExperimentException">They are missing, damaged, or not the published ones.</exception>
    public WeightFile Open(ModuleContext context)
    {
        var path = Locate(context);
        RequirePublished(path);
        return WeightFile.Open(path);
    }

    /// <exception cref="ExperimentException">The hash of a file is not that of the published one.</exception>
    public void RequirePublished(string path)
    {
        if (Sha256 is not null && File.Exists(path) && FileHash.Sha256(path) is var hash && !hash.StartsWith(Sha256, StringComparison.Ordinal))
            throw new ExperimentException($"{path} is not the published file: its SHA-256 is {hash}; {Remedy}");
    }
}
