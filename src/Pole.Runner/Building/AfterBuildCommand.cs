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
        var faultFile = new Option<string>("--fault-file");
        var command = new Command("after-build") { specs, appHost, output, mode, faultFile };
        command.Hidden = true;
        command.SetAction(parsed => CommandErrors.Report(() =>
        {
            var faults = Faults(experiments.All, parsed.GetRequiredValue(specs), parsed.GetValue(mode), () =>
            {
                if (parsed.GetValue(appHost) is not { Length: > 0 } host) return;
                if (BuildFolder.Running is { } build) ExperimentIndex.Write(experiments.All, build);
                ExperimentExecutables.Write(experiments.All, parsed.GetRequiredValue(output), host);
                BuildFolder.Running?.Supersede();
            });
            var last = faults.LastOrDefault(fault => fault.IsError);
            foreach (var fault in faults.Where(fault => parsed.GetValue(faultFile) is not { Length: > 0 } || !ReferenceEquals(fault, last))) Console.WriteLine(fault.Format(parsed.GetRequiredValue(specs)));
            // A target ends with an error of its own; the last fault is that one, instead of one about this command.
            if (last is not null && parsed.GetValue(faultFile) is { Length: > 0 } file) File.WriteAllText(file, last.Lines(parsed.GetRequiredValue(specs)));
            return last is null ? ExitCodes.Success : ExitCodes.Failure;
        }));
        return command;
    }

    /// <param name="finish">Done where there is no error.</param>
    private static List<BuildFault> Faults(IReadOnlyList<Experiment> all, string folder, LockMode mode, Action finish)
    {
        List<BuildFault> faults = [];
        try
        {
            faults.AddRange(all.SelectMany(CrossChecks.Find).Concat(EqualFingerprints.Find(all)).Distinct().Select(fault => fault.Configured()).OfType<BuildFault>());
            if (faults.All(fault => !fault.IsError)) faults.AddRange(SpecLock.Apply(all, folder, mode));
            SchemaFile.Write(all, folder);
            if (faults.All(fault => !fault.IsError)) finish();
        }
        catch (Exception exception) when (CommandErrors.IsForUser(exception))
        {
            faults.Add(BuildFault.Of(exception));
        }

        return faults;
    }
}
