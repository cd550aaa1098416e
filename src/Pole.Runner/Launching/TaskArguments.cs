using System.Reflection;
using Pole.Runner.Building;

namespace Pole.Runner.Launching;

/// <summary>The command line of a task: <c>pole sweep task FOLDER STEP INDEX …</c>.</summary>
/// <param name="machine">Options that the sweep was launched with, which hold for every task.</param>
internal sealed class TaskArguments(LaunchFolder folder, MachineProfile profile, IReadOnlyList<string> machine)
{
    public const string Command = "task";

    /// <summary>The executable first.</summary>
    /// <param name="index">A number, or the variable of a shell that holds it.</param>
    public IReadOnlyList<string> Of(LaunchStep step, string index)
    {
        var own = Own(profile.Of(step.Name)).ToList();
        var general = machine.Where(option => !own.Any(other => NameOf(other) == NameOf(option)));
        return [.. profile.Command ?? [Executable()], "sweep", Command, folder.Path, step.Name, index, .. general, .. own];
    }

    /// <summary>The one in the folder of this build: what is built while tasks wait is not what they run.</summary>
    private static string Executable() => BuildFolder.Running is { } build ? Path.Combine(build.Path, $"{Assembly.GetEntryAssembly()!.GetName().Name}{Path.GetExtension(Environment.ProcessPath)}") : Environment.ProcessPath!;

    private static string NameOf(string option) => option.Split('=')[0];

    private static IEnumerable<string> Own(StageResources resources)
    {
        if (resources.Device is { } device) yield return $"--device={device}";
        if (resources.Workers is { } workers) yield return $"--workers={workers}";
        if (resources.Cpus is { } cpus) yield return $"--threads={cpus}";
    }
}
