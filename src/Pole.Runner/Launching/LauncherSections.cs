using Pole.Runner.Specs;
using Pole.Specs;
using Pole.Specs.Yaml;

namespace Pole.Runner.Launching;

/// <summary>The sections of a machine profile that are options of launchers, each under the name of its module.</summary>
internal static class LauncherSections
{
    /// <summary>Keys that stood beside the common ones, with the section that they stand in now.</summary>
    private static readonly IReadOnlyDictionary<string, string> FormerKeys = new Dictionary<string, string> { ["devices"] = "local", ["account"] = "slurm", ["qos"] = "slurm", ["constraint"] = "slurm" };

    /// <summary>The launchers of this build, ordered.</summary>
    public static IReadOnlyList<string> Names => [.. ModuleCatalog.Of(typeof(Launcher)).Select(module => module.Name)];

    /// <summary>The profile with former keys in their sections.</summary>
    /// <param name="warnings">Receives one for each.</param>
    /// <exception cref="ExperimentException">A key is given in both places.</exception>
    public static YamlMap Current(YamlMap profile, List<string> warnings)
    {
        foreach (var entry in profile.Entries.Where(entry => FormerKeys.ContainsKey(entry.Key)))
        {
            var name = FormerKeys[entry.Key];
            var section = ProfileYaml.Value(profile, name) is { } given ? ProfileYaml.Map(given) : new YamlMap(entry.KeySpan, default);
            if (section.Find(entry.Key) is not null) throw ProfileYaml.Fault(entry.KeySpan, $"'{entry.Key}' is given here and in '{name}', where it stands now: take it out here");
            warnings.Add($"{ProfileYaml.Place(entry.KeySpan)}: warning: '{entry.Key}' stands in '{name}' now: {name}: {{ {entry.Key}: … }}");
            var moved = new YamlEntry(name, profile.Find(name)?.KeySpan ?? entry.KeySpan, section with { Entries = section.Entries.Append(entry).ToEquatableArray() });
            profile = profile with { Entries = profile.Entries.Where(other => other != entry && other.Key != name).Append(moved).ToEquatableArray() };
        }

        return profile;
    }

    /// <summary>All that the profile has, also of launchers that nobody asked for.</summary>
    /// <exception cref="ExperimentException">One does not fit its options.</exception>
    public static IReadOnlyDictionary<string, IModuleOptions<Launcher>> Read(YamlMap profile) => ModuleCatalog.Of(typeof(Launcher)).Where(module => ProfileYaml.Value(profile, module.Name) is not null)
        .ToDictionary(module => module.Name, module => (IModuleOptions<Launcher>)OptionsSection.Read(module.Options, ProfileYaml.Map(ProfileYaml.Value(profile, module.Name)!)));
}
