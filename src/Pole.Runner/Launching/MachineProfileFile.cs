using System.Globalization;
using System.Text.RegularExpressions;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Stages;
using Pole.Runner.Specs;
using Pole.Specs.Diagnostics;
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
            if (diagnostics.Count > 0) throw Fault(diagnostics[0].Span, diagnostics[0].Message);
            return root is null ? new MachineProfile() : Profile(Map(root));
        });
    }

    private static MachineProfile Profile(YamlMap map)
    {
        Known(map, "command", "setup", "parallel", "devices", "requeues", "grace", "account", "qos", "constraint", "resources", "stages", "kubernetes");
        var standard = new MachineProfile();
        return new MachineProfile
        {
            Command = Value(map, "command") is { } command ? Words(command) : null,
            Setup = Text(map, "setup") ?? standard.Setup,
            Parallel = Number(map, "parallel", 1),
            Devices = Value(map, "devices") is { } devices ? Words(devices) : standard.Devices,
            Requeues = Number(map, "requeues", 0) ?? standard.Requeues,
            Grace = Number(map, "grace", 1) ?? standard.Grace,
            Account = Text(map, "account"),
            Qos = Text(map, "qos"),
            Constraint = Text(map, "constraint"),
            Resources = Value(map, "resources") is { } resources ? Resources(Map(resources)) : standard.Resources,
            Stages = Value(map, "stages") is { } stages ? StagesOf(Map(stages)) : standard.Stages,
            Kubernetes = Value(map, "kubernetes") is { } kubernetes ? Kubernetes(Map(kubernetes)) : null,
        };
    }

    private static Dictionary<string, StageResources> StagesOf(YamlMap map)
    {
        Known(map, Stages);
        return map.Entries.ToDictionary(entry => entry.Key, entry => Resources(Map(entry.Value)));
    }

    private static StageResources Resources(YamlMap map)
    {
        Known(map, "cpus", "memory", "gpus", "time", "shards", "device", "workers", "partition");
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

    private static KubernetesOptions Kubernetes(YamlMap map)
    {
        Known(map, "image", "claim", "mount", "namespace");
        string Required(string key) => Text(map, key) ?? throw Fault(map.Span, $"'{key}' is missing");
        return new KubernetesOptions { Image = Required("image"), Claim = Required("claim"), Mount = Required("mount"), Namespace = Text(map, "namespace") };
    }

    private static void Known(YamlMap map, params string[] keys)
    {
        foreach (var entry in map.Entries)
            if (!keys.Contains(entry.Key)) throw Fault(entry.KeySpan, $"a machine profile has no '{entry.Key}' here{Nearest.Hint(entry.Key, keys, "there are")}");
    }

    private static YamlNode? Value(YamlMap map, string key) => map.Find(key)?.Value is { } value && value is not YamlScalar { IsNull: true } ? value : null;

    private static string? Text(YamlMap map, string key) => Value(map, key) is { } value ? Scalar(value) : null;

    private static int? Number(YamlMap map, string key, int least)
    {
        if (Value(map, key) is not { } value) return null;
        return int.TryParse(Scalar(value), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least ? number : throw Fault(value.Span, $"{key} is '{Scalar(value)}'; it is a whole number of at least {least}");
    }

    private static T? Matched<T>(YamlMap map, string key, Regex pattern, string form, Func<Match, T> read) where T : struct => Value(map, key) is { } value ? read(MatchOf(value, key, pattern, form)) : null;

    private static string? Matched(YamlMap map, string key, Regex pattern, string form, Func<Match, string> read) => Value(map, key) is { } value ? read(MatchOf(value, key, pattern, form)) : null;

    private static Match MatchOf(YamlNode value, string key, Regex pattern, string form) => pattern.Match(Scalar(value)) is { Success: true } match ? match : throw Fault(value.Span, $"{key} is '{Scalar(value)}'; write {form}");

    private static int Part(Match match, int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private static string[] Words(YamlNode node) => node is YamlList list ? [.. list.Items.Select(Scalar)] : [Scalar(node)];

    private static string Scalar(YamlNode node) => node is YamlScalar scalar ? scalar.Text : throw Fault(node.Span, "a single value is expected here");

    private static YamlMap Map(YamlNode node) => node as YamlMap ?? throw Fault(node.Span, "a map of keys is expected here");

    private static ExperimentException Fault(SourceSpan span, string message) => new($"{span.Path}({span.StartLine + 1},{span.StartColumn + 1}): {message}");

    [GeneratedRegex("^([1-9][0-9]{0,8})([GM])$")]
    private static partial Regex MemoryPattern();

    [GeneratedRegex("^([0-9]{1,4}):([0-5][0-9]):([0-5][0-9])$")]
    private static partial Regex TimePattern();

    [GeneratedRegex("^(cpu|cuda|auto)$")]
    private static partial Regex DevicePattern();
}
