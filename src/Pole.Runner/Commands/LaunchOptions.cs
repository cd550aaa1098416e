using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using Pole.Runner.Launching;
using Pole.Runner.Tracking;
using Pole.Specs.Diagnostics;

namespace Pole.Runner.Commands;

/// <summary>Options that say how the tasks of a sweep are started.</summary>
internal sealed class LaunchOptions
{
    private readonly Option<string?> launcher = new("--launcher") { Description = "Start every stage and point as a process of its own: local (on this machine), slurm (job arrays), kubernetes (writes indexed Jobs) or one of your own. Without it, this process does all of it, one after the other." };
    private readonly Option<string?> machine = new("--machine") { Description = "Profile of the machine or cluster, a YAML file: resources of stages, shards, partitions, and where runs are tracked. No result depends on it." };
    private readonly Option<int?> parallel = new("--parallel") { Description = "Tasks at once." };
    private readonly Option<string?> devices = new("--devices") { Description = "CUDA devices that local tasks are spread over: 0,1." };
    private readonly Option<bool> trial = new("--dry-run") { Description = "Write the plan and what the engine would be given, and start nothing." };

    public void AddTo(Command command)
    {
        launcher.CompletionSources.Add(_ => LauncherSections.Names.Select(name => new CompletionItem(name)));
        launcher.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var name }] && !LauncherSections.Names.Contains(name)) result.AddError($"there is no launcher '{name}'{Nearest.Hint(name, LauncherSections.Names, "there are")}");
        });
        foreach (var option in new Option[] { launcher, machine, parallel, devices, trial }) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(parallel) is < 1 and var count) result.AddError($"--parallel is {count}; it can be 1 or more");
            if (IsGiven(result)) return;
            foreach (var option in new Option[] { parallel, devices, trial })
                if (result.GetResult(option) is { Implicit: false }) result.AddError($"{option.Name} needs --launcher");
        });
    }

    /// <summary>Where the profile says that runs are tracked; null where it does not.</summary>
    /// <exception cref="ExperimentException">The profile cannot be read.</exception>
    public TrackingSection? Tracking(ParseResult parsed) => ProfileOption.Read(parsed, machine)?.Tracking;

    public bool IsGiven(CommandResult result) => result.GetValue(launcher) is not null;

    /// <summary>Null where no launcher was asked for.</summary>
    /// <exception cref="ExperimentException">The profile cannot be read, or does not say what the launcher has to know.</exception>
    public LaunchRequest? Of(ParseResult parsed)
    {
        if (parsed.GetValue(launcher) is not { } name) return null;
        var profile = ProfileOption.Read(parsed, machine) ?? new MachineProfile();
        foreach (var warning in profile.Warnings) Console.Error.WriteLine(warning);
        return new LaunchRequest(ChosenLauncher.Of(name, profile), profile with { Parallel = parsed.GetValue(parallel) ?? profile.Parallel }, parsed.GetValue(devices)?.Split(','), parsed.GetValue(trial));
    }
}
