using System.CommandLine;
using Pole.Runner.Specs;
using Pole.Specs.Composition;

namespace Pole.Runner.Commands;

/// <summary><c>pole fmt</c>: specs in one order of keys and one layout, comments kept.</summary>
internal static class FormatCommand
{
    public static Command Create()
    {
        var check = new Option<bool>("--check") { Description = "Change nothing; list the specs that would change, with exit code 1." };
        var specs = SpecsFolder.CreateOption();
        var command = new Command("fmt", "Format the specs: stable order of keys, comments kept.") { check, specs };
        command.SetAction(parsed =>
        {
            var changed = 0;
            var code = CommandErrors.Report(() =>
            {
                var folder = SpecsFolder.Of(parsed, specs);
                foreach (var name in SpecFiles.In(folder).Where(name => SpecFile.KindOf(name) is SpecKind.Experiment or SpecKind.Base))
                {
                    var path = Path.Combine(folder, name);
                    var text = InputFile.Read(path, "a spec", "make it readable, or move it out of the folder of specs", () => TextFile.Read(path));
                    var formatted = SpecFormat.Apply(path, text);
                    if (formatted == text) continue;
                    changed++;
                    Console.WriteLine(name);
                    if (!parsed.GetValue(check)) AtomicFile.Write(path, target => File.WriteAllText(target, formatted));
                }
            });
            return code == ExitCodes.Success && changed > 0 && parsed.GetValue(check) ? ExitCodes.Failure : code;
        });
        return command;
    }
}
