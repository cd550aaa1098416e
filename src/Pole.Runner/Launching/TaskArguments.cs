using System.Reflection;
using Pole.Runner.Building;

namespace Pole.Runner.Launching;

/// <summary>The command line of tasks: <c>pole sweep task FOLDER STEP INDEX …</c>.</summary>
/// <param name="folder">Of the launch.</param>
/// <param name="machine">Options that the sweep was launched with, which hold for every task.</param>
internal sealed class TaskArguments(string folder, MachineProfile profile, IReadOnlyList<string> machine)
{
    public const string Command = "task";

    public TaskCommand Of(string step)
    {
        var own = Own(profile.Of(step)).ToList();
        var general = machine.Where(option => !own.Any(other => NameOf(other) == NameOf(option)));
        return new TaskCommand([.. profile.Command ?? [Executable()], "sweep", Command, folder, step], [.. general, .. own]);
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
