using System.Text.Json;
using Pole.Zoo.Weights;

namespace Pole.Pipeline.Artifacts;

/// <summary>The digests of every file of a stored result, which stand among them: a damaged result is found before it is used.</summary>
internal static class ResultDigests
{
    public const string FileName = "digests.json";

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    /// <summary>Written last, before the result gets its name.</summary>
    public static void Write(string folder)
    {
        var files = Files(folder);
        var digests = new string[files.Count];
        ParallelWork.For(files.Count, CancellationToken.None, index => digests[index] = FileHash.Sha256(Path.Combine(folder, files[index])));
        File.WriteAllText(Path.Combine(folder, FileName), JsonSerializer.Serialize(files.Zip(digests).ToDictionary(entry => entry.First, entry => entry.Second), Format));
    }

    /// <summary>False for a result of a version that wrote none.</summary>
    public static bool AreIn(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>SHA-256 by file.</summary>
    public static Dictionary<string, string> Read(string folder) => JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(folder, FileName))) ?? [];

    /// <returns>What is wrong; null for a whole result.</returns>
    public static string? Fault(string folder)
    {
        Dictionary<string, string> expected;
        try
        {
            expected = Read(folder);
        }
        catch (Exception)
        {
            return $"{FileName} cannot be read";
        }

        if (Files(folder).Except(expected.Keys, StringComparer.Ordinal).FirstOrDefault() is { } other) return $"{other} does not belong to it";
        var faults = new string?[expected.Count];
        var files = expected.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToList();
        ParallelWork.For(files.Count, CancellationToken.None, index => faults[index] = Fault(Path.Combine(folder, files[index].Key), files[index].Key, files[index].Value));
        return faults.FirstOrDefault(fault => fault is not null);
    }

    private static string? Fault(string path, string name, string expected)
    {
        try
        {
            return !File.Exists(path) ? $"{name} is missing" : FileHash.Sha256(path) == expected ? null : $"{name} is not what was written";
        }
        catch (ExperimentException exception)
        {
            return exception.Message;
        }
    }

    private static List<string> Files(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", Everything).Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/')).Where(name => name != FileName).Order(StringComparer.Ordinal)];
}
