using System.Text.Json;

namespace Pole.Runner.Launching.Slurm;

/// <summary>The job arrays of a launch, as its folder keeps them.</summary>
/// <param name="Arrays">Identifiers that SLURM gave to the arrays of each step.</param>
internal sealed record SlurmJobs(IReadOnlyDictionary<string, IReadOnlyList<string>> Arrays)
{
    /// <summary>SLURM's MaxArraySize is 1001 unless a cluster raises it.</summary>
    public const int ArraySize = 1000;

    private const string FileName = "jobs.json", Noun = "the jobs of a launch", Remedy = "launch the sweep again";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    public IEnumerable<string> Identifiers => Arrays.Values.SelectMany(ids => ids);

    /// <returns>Null where nothing was submitted.</returns>
    /// <exception cref="ExperimentException">The file is damaged.</exception>
    public static SlurmJobs? Read(string folder) => Path.Combine(folder, FileName) is var file && File.Exists(file)
        ? InputFile.Read(file, Noun, Remedy, () => new SlurmJobs(Checked(JsonSerializer.Deserialize<Dictionary<string, IReadOnlyList<string>>>(File.ReadAllText(file), Format))))
        : null;

    public void Write(string folder) => AtomicFile.Write(Path.Combine(folder, FileName), path => File.WriteAllText(path, JsonSerializer.Serialize(Arrays, Format)));

    /// <summary>The array of a task, and its element; null for a step that was not submitted.</summary>
    public (string Job, int Element)? Find(string step, int index) => !Arrays.TryGetValue(step, out var own) ? null
        : index / ArraySize < own.Count ? (own[index / ArraySize], index % ArraySize)
        : throw new ExperimentException($"{FileName} does not have a job for each task of {step}; {Remedy}");

    private static Dictionary<string, IReadOnlyList<string>> Checked(Dictionary<string, IReadOnlyList<string>>? jobs) =>
        jobs is not null && jobs.Values.All(ids => ids is not null && ids.All(id => id is not null)) ? jobs : throw new InvalidDataException("it has null in the place of a value");
}
