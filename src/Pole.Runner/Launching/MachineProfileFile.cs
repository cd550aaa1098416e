using System.Globalization;
using System.Text.RegularExpressions;
using Pole.Pipeline.Stages;
using Pole.Runner.Specs;
using Pole.Runner.Tracking;
using Pole.Specs.Yaml;

namespace Pole.Runner.Launching;

/// <summary>Reads a <see cref="MachineProfile"/>; what does not fit is an error at its line and column.</summary>
internal static partial class MachineProfileFile
{
    private const long MegabytesInGigabyte = 1024;

    private static readonly string[] Stages = [.. StageGraph.Names, .. ModuleCatalog.Of(typeof(Stage)).Select(module => module.Name), LaunchPlan.Points, LaunchPlan.Report];

    /// <exception cref="ExperimentException">The file is missing, cannot be read, or says something that a profile does not have.</exception>
    public static MachineProfile Read(string path)
    {
        return InputFile.Read(path, "a machine profile", "see docs/scaling.md for what it can say", () =>
        {
            var (root, diagnostics) = YamlReader.Read(path, TextFile.Read(path));
            if (diagnostics.Count > 0) throw ProfileYaml.Fault(diagnostics[0].Span, diagnostics[0].Message);
            return root is null ? new MachineProfile() : Profile(ProfileYaml.Map(root));
        });
    }

    private static MachineProfile Profile(YamlMap given)
    {
        var warnings = new List<string>();
        var map = LauncherSections.Current(given, warnings);
        ProfileYaml.Known(map, ["command", "setup", "parallel", "requeues", "grace", "resources", "stages", "tracking", .. LauncherSections.Names]);
        var standard = new MachineProfile();
        return new MachineProfile
        {
            Command = ProfileYaml.Value(map, "command") is { } command ? CommandOf(command) : null,
            Setup = Text(map, "setup") ?? standard.Setup,
            Parallel = Number(map, "parallel", 1),
            Requeues = Number(map, "requeues", 0) ?? standard.Requeues,
            Grace = Number(map, "grace", 1) ?? standard.Grace,
            Resources = ProfileYaml.Value(map, "resources") is { } resources ? Resources(ProfileYaml.Map(resources)) : standard.Resources,
            Stages = ProfileYaml.Value(map, "stages") is { } stages ? StagesOf(ProfileYaml.Map(stages)) : standard.Stages,
            Launchers = LauncherSections.Read(map),
            Tracking = ProfileYaml.Value(map, "tracking") is { } tracking ? TrackingOf(ProfileYaml.Map(tracking)) : null,
            Warnings = warnings,
        };
    }

    private static TrackingSection TrackingOf(YamlMap map)
    {
        var section = (TrackingSection)OptionsSection.Read(typeof(TrackingSection), map);
        var place = ProfileYaml.Value(map, "uri")!.Span;
        if (TrackingTarget.AddressOf(section.Uri) is not { } address) throw ProfileYaml.Fault(place, "uri is the http or https address of an MLflow server, such as https://mlflow.example.org");
        if (address.UserInfo.Length > 0) throw ProfileYaml.Fault(place, "uri has a password in it, and others read a profile: set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN");
        return section;
    }

    private static Dictionary<string, StageResources> StagesOf(YamlMap map)
    {
        ProfileYaml.Known(map, Stages);
        return map.Entries.ToDictionary(entry => entry.Key, entry => Resources(ProfileYaml.Map(entry.Value)));
    }

    private static StageResources Resources(YamlMap map)
    {
        ProfileYaml.Known(map, "cpus", "memory", "gpus", "time", "shards", "device", "workers", "partition");
        return new StageResources
        {
            Cpus = Number(map, "cpus", 1),
            Memory = Matched(map, "memory", MemoryPattern(), "64G or 500M", match => long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * (match.Groups[2].Value == "G" ? MegabytesInGigabyte : 1)),
            Gpus = Number(map, "gpus", 0),
            Time = Matched(map, "time", TimePattern(), "hours:minutes:seconds, such as 8:00:00", match => new TimeSpan(Part(match, 1), Part(match, 2), Part(match, 3))),
            Shards = Number(map, "shards", 1),
            Device = Matched(map, "device", DevicePattern(), "cpu, cuda or auto", match => match.Value),
            Workers = Number(map, "workers", 0),
            Partition = Text(map, "partition"),
        };
    }

    private static string? Text(YamlMap map, string key) => ProfileYaml.Value(map, key) is { } value ? ProfileYaml.Scalar(value) : null;

    private static int? Number(YamlMap map, string key, int least)
    {
        if (ProfileYaml.Value(map, key) is not { } value) return null;
        var text = ProfileYaml.Scalar(value);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least ? number : throw ProfileYaml.Fault(value.Span, $"{key} is '{text}'; it is a whole number of at least {least}");
    }

    private static T? Matched<T>(YamlMap map, string key, Regex pattern, string form, Func<Match, T> read) where T : struct => ProfileYaml.Value(map, key) is { } value ? read(MatchOf(value, key, pattern, form)) : null;

    private static string? Matched(YamlMap map, string key, Regex pattern, string form, Func<Match, string> read) => ProfileYaml.Value(map, key) is { } value ? read(MatchOf(value, key, pattern, form)) : null;

    private static Match MatchOf(YamlNode value, string key, Regex pattern, string form) => pattern.Match(ProfileYaml.Scalar(value)) is { Success: true } match ? match : throw ProfileYaml.Fault(value.Span, $"{key} is '{ProfileYaml.Scalar(value)}'; write {form}");

    private static int Part(Match match, int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("^([1-9][0-9]{0,8})([GM])$")]
    private static partial Regex MemoryPattern();

    [GeneratedRegex("^([0-9]{1,4}):([0-5][0-9]):([0-5][0-9])$")]
    private static partial Regex TimePattern();

    [GeneratedRegex("^(cpu|cuda|auto)$")]
    private static partial Regex DevicePattern();

    private static IReadOnlyList<string> CommandOf(YamlNode node)
    {
        var words = ProfileYaml.Words(node);
        return words is [{ Length: > 0 }, ..] ? words : throw ProfileYaml.Fault(node.Span, "command is the words of a command line, the program first");
    }
}
