using Pole.Generators.Composition;

namespace Pole.Generators.Binding;

/// <summary>The experiments of a build by name and path, in the order of their paths.</summary>
internal sealed record BuildNames(EquatableArray<ExperimentName> Experiments)
{
    /// <summary>The earlier experiment whose executable has the same name, or null.</summary>
    public string? EarlierNamesake(SpecFile file) =>
        Experiments.TakeWhile(experiment => experiment.Path != file.Path).FirstOrDefault(experiment => experiment.ExecutableName == file.ExecutableName)?.Path;
}

internal sealed record ExperimentName(string Name, string ExecutableName, string Path);
