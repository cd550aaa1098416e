using System.CommandLine;
using Pole.Runner.Commands;

namespace Pole.Runner.Building;

/// <summary>
/// What a build does once the specs are compiled, with the compiled experiments at hand: cross-checks, lock, schema, executables. Run by
/// Pole.Specs.targets, so it is not shown in the help.
/// </summary>
internal static class AfterBuildCommand
{
    public static Command Create(ExperimentSet experiments)
    {
        var specs = new Option<string>("--specs") { Required = true };
        var appHost = new Option<string>("--app-host");
        var output = new Option<string>("--output");
        var mode = new Option<LockMode>("--lock") { DefaultValueFactory = _ => LockMode.Merge };
        var command = new Command("after-build") { specs, appHost, output, mode };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            var (folder, all) = (parsed.GetRequiredValue(specs), experiments.All);
            List<BuildFault> faults = [];
            var code = CommandErrors.Report(() =>
            {
                faults.AddRange(all.SelectMany(CrossChecks.Find).Concat(EqualFingerprints.Find(all)).Distinct().Select(fault => fault.Configured()).OfType<BuildFault>());
                if (faults.All(fault => !fault.IsError)) faults.AddRange(SpecLock.Apply(all, folder, parsed.GetValue(mode)));
                faults.AddRange(SchemaFile.Apply(all, folder, parsed.GetValue(mode)));
            });
            foreach (var fault in faults) Console.WriteLine(fault.Format(folder));
            if (code == ExitCodes.Success && faults.Any(fault => fault.IsError)) code = ExitCodes.Failure;
            if (code != ExitCodes.Success || parsed.GetValue(appHost) is not { Length: > 0 } host) return code;
            return CommandErrors.Report(() =>
            {
                ExperimentExecutables.Write(all, parsed.GetRequiredValue(output), host);
                BuildFolder.Running?.Supersede();
            });
        });
        return command;
    }
}
