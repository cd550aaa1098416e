using Pole.Runner.Specs;

namespace Pole.Runner.Building;

/// <summary><c>pole.schema.json</c> beside the specs, for editors. It has the names of all experiments and changes with each, so every build writes it and nothing asks for it in a repository.</summary>
internal static class SchemaFile
{
    public const string FileName = "pole.schema.json";

    public static void Write(IReadOnlyList<Experiment> experiments, string specsFolder)
    {
        var path = Path.Combine(specsFolder, FileName);
        var schema = SpecSchema.Write(SpecNames.In(specsFolder, [.. experiments.Select(experiment => experiment.Name)]));
        if (!File.Exists(path) || File.ReadAllText(path).ReplaceLineEndings("\n") != schema) AtomicFile.Write(path, target => File.WriteAllText(target, schema));
    }
}
