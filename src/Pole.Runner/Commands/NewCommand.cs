using System.CommandLine;
using Pole.Runner.Specs;
using Pole.Specs.Composition;
using Pole.Specs.Diagnostics;

namespace Pole.Runner.Commands;

/// <summary><c>pole new NAME --from BASE</c>: a minimal spec to start an ablation with.</summary>
internal static class NewCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "Name of the new experiment: shapes/two-names." };
        var from = new Option<string>("--from") { Description = "The spec to start from: shapes/pole, base/voc12-clims.", Required = true };
        var specs = SpecsFolder.CreateOption();
        var command = new Command("new", "Write a minimal spec that extends another.") { name, from, specs };
        command.SetAction(parsed => CommandErrors.Report(() =>
        {
            var folder = SpecsFolder.Of(parsed, specs);
            var (target, source) = (PathOf(folder, parsed.GetRequiredValue(name)), PathOf(folder, parsed.GetRequiredValue(from)));
            if (!File.Exists(source)) throw new ExperimentException($"{source}: there is no such spec{(Nearest.Of(parsed.GetRequiredValue(from), SpecFiles.In(folder).Select(file => Path.ChangeExtension(file, null))) is { } near ? $"; did you mean '{near}'?" : "")}");
            // What the build would refuse is nothing to start from.
            _ = TextFile.Read(source);
            var spec = Path.GetRelativePath(folder, target).Replace('\\', '/');
            if (!SpecPoint.IsUsable(spec) || SpecFiles.Among([spec]).Count == 0) throw new ExperimentException($"'{spec}' cannot be a spec: give it a name of letters, digits, dots, hyphens and underscores, in no folder that is hidden or for outputs");
            if (File.Exists(target)) throw new ExperimentException($"{target} is there already");
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            string Relative(string path) => Path.GetRelativePath(Path.GetDirectoryName(target)!, path).Replace('\\', '/');
            AtomicFile.Write(target, path => File.WriteAllText(path, $"# yaml-language-server: $schema={Relative(Path.Combine(folder, Building.SchemaFile.FileName))}\nextends: {Relative(source)}\ndescription: What this experiment is for.\n"));
            Console.WriteLine($"Created {target}. Fill in the description and the keys that you change, then run dotnet build.");
        }));
        return command;
    }

    private static string PathOf(string folder, string name)
    {
        var path = Path.GetFullPath(Path.Combine(folder, name.EndsWith(".yaml", StringComparison.Ordinal) ? name : $"{name}.yaml"));
        return path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? path : throw new ExperimentException($"'{name}' is outside the folder of specs {folder}");
    }
}
