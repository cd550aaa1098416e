using System.Reflection;
using System.Runtime.CompilerServices;
using Pole.Runner.Specs;

namespace Pole.Runner.Launching;

/// <summary>The launcher that a command line names, with its options.</summary>
/// <param name="Name">Of the module.</param>
internal sealed record ChosenLauncher(string Name, IModuleOptions<Launcher> Options)
{
    /// <param name="name">Of a launcher of this build.</param>
    /// <exception cref="ExperimentException">It has required keys, and the profile has no section of it.</exception>
    public static ChosenLauncher Of(string name, MachineProfile profile)
    {
        if (profile.Launchers.TryGetValue(name, out var given)) return new ChosenLauncher(name, given);
        var module = ModuleCatalog.Of(typeof(Launcher)).Single(module => module.Name == name);
        string[] required = [.. SpecKeys.Of(module.Options).Where(key => key.Property.IsDefined(typeof(RequiredMemberAttribute))).Select(key => key.Name)];
        if (required.Length > 0) throw new ExperimentException($"--launcher {name} needs a machine profile with '{name}': its {Listed(required)}");
        return new ChosenLauncher(name, (IModuleOptions<Launcher>)Activator.CreateInstance(module.Options)!);
    }

    private static string Listed(string[] words) => words.Length == 1 ? words[0] : $"{string.Join(", ", words[..^1])} and {words[^1]}";
}
