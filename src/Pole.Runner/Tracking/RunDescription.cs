using System.Text.Json;
using Pole.Runner.Reports;
using Pole.Runner.Runs;

namespace Pole.Runner.Tracking;

/// <summary>What is known of a run when it begins: what its parameters and tags are.</summary>
/// <param name="Sweep">The sweep that the experiment is a point of; null for none.</param>
/// <param name="Parameters">Value of every key of the resolved spec that results depend on.</param>
internal sealed record RunDescription(string Experiment, string Method, string Fingerprint, int Seed, DateTimeOffset Started, string? Sweep, string? Commit, IReadOnlyDictionary<string, string> Parameters)
{
    private const string CommitSeparator = "+";

    /// <param name="folder">Of the run, with its environment.</param>
    public static RunDescription Of(Experiment experiment, string? sweep, string folder) => new(experiment.Name, ScoreTable.RunMethodName(experiment), experiment.Fingerprint, experiment.Seed, DateTimeOffset.UtcNow, sweep, CommitOf(folder), RunRecord.SpecOf(experiment));

    /// <inheritdoc cref="Of(Pole.Experiment, string?, string)"/>
    public static RunDescription Of(RunRecord record, string? sweep, string folder) => new(record.Experiment, record.Method, record.Fingerprint, record.Seed, record.Started, sweep, CommitOf(folder), record.Spec);

    public IReadOnlyList<MlflowEntry> Tags()
    {
        List<MlflowEntry> tags = [new("mlflow.source.name", "pole"), new("mlflow.source.type", "LOCAL"), new("pole.method", Method), new("pole.fingerprint", Fingerprint), new("pole.seed", FormattableString.Invariant($"{Seed}"))];
        if (Commit is not null) tags.Add(new("mlflow.source.git.commit", Commit));
        return [.. tags.Select(tag => tag with { Value = MlflowText.Value(tag.Value, MlflowText.MostTagCharacters) })];
    }

    /// <summary>The commit that the experiments were built from, which the SDK puts behind their version.</summary>
    /// <returns>Null where the build was not in a repository.</returns>
    private static string? CommitOf(string folder)
    {
        var path = Path.Combine(folder, RunEnvironment.FileName);
        if (!File.Exists(path)) return null;
        return InputFile.Read(path, "the environment of a run", "delete it; the run is then tracked without its commit", () =>
        {
            using var environment = JsonDocument.Parse(File.ReadAllText(path));
            return environment.RootElement.TryGetProperty("experiments", out var version) && version.GetString()?.Split(CommitSeparator) is [_, { Length: > 0 } commit] ? commit : null;
        });
    }
}
