using Pole.Runner.Specs;
using Pole.Specs.Diagnostics;

namespace Pole.Runner.Building;

/// <summary><c>pole.schema.json</c> beside the specs.</summary>
internal static class SchemaFile
{
    public const string FileName = "pole.schema.json";

    public static IEnumerable<BuildFault> Apply(IReadOnlyList<Experiment> experiments, string specsFolder, LockMode mode)
    {
        var path = Path.Combine(specsFolder, FileName);
        var schema = SpecSchema.Write(SpecNames.In(specsFolder, [.. experiments.Select(experiment => experiment.Name)]));
        var stored = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : null;
        if (stored == schema) return [];
        if (mode == LockMode.Verify) return stored is null ? [] : [new BuildFault(SpecRules.StaleSchema.Id, FileName, 1, 1, "the schema is not that of the modules and specs: build once on your machine (dotnet build) and commit it")];
        AtomicFile.Write(path, target => File.WriteAllText(target, schema));
        return [];
    }
}
