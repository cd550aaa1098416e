using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Pole.Compute;
using Pole.Pipeline;
using Pole.Pipeline.Artifacts;
using Pole.Runner.Progress;
using TorchSharp;

namespace Pole.Runner.Commands;

/// <summary>Options that say what this machine has. None changes a result.</summary>
internal sealed class MachineOptions
{
    private static readonly string[] Devices = ["auto", "cpu", "cuda"];

    private readonly Option<string> store = new("--store") { Description = "Folder of stage results (POLE_STORE).", DefaultValueFactory = result => Setting("POLE_STORE") ?? DefaultStore(result) };
    private readonly Option<string?> data = new("--data") { Description = "Folder that holds data sets, such as VOCdevkit (POLE_DATA).", DefaultValueFactory = _ => Setting("POLE_DATA") };
    private readonly Option<string?> weights = new("--weights") { Description = "Folder of published weights (POLE_WEIGHTS).", DefaultValueFactory = _ => Setting("POLE_WEIGHTS") };
    private readonly Option<string> device = new("--device") { Description = "cpu, cuda, or auto (POLE_DEVICE).", DefaultValueFactory = DefaultDevice };

    private readonly Option<int?> workers = new("--workers")
    {
        Description = "Threads that decode and augment images beside the training (POLE_WORKERS; default: half the cores for a GPU, 0 on a CPU, where training already uses every core). Results do not depend on it.",
        DefaultValueFactory = result => Number(result, "POLE_WORKERS", 0),
    };

    private readonly Option<int?> threads = new("--threads") { Description = "Threads of libtorch where the spec has no compute.threads (POLE_THREADS; default: all cores). Another number rounds otherwise.", DefaultValueFactory = result => Number(result, "POLE_THREADS", 1) };
    private readonly Option<double> checkpointMinutes = new("--checkpoint-minutes") { Description = "Minutes between two checkpoints of a training.", DefaultValueFactory = _ => new CheckpointInterval().Time.TotalMinutes };
    private readonly Option<long?> checkpointSteps = new("--checkpoint-steps") { Description = "Steps after which a training writes a checkpoint, if the minutes are not over." };
    private readonly Option<bool> verify = new("--verify") { Description = "Read every image, label map and weights file again to tell whether it changed, instead of trusting length and time of last change." };
    private readonly Option<bool> quiet = new("--quiet") { Description = "Print errors only." };
    private readonly Option<bool> json = new("--json") { Description = "Print JSON lines: what happens, then the result." };

    public MachineOptions()
    {
        device.AcceptOnlyFromAmong(Devices);
        workers.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var value }] && (!int.TryParse(value, out var count) || count < 0)) result.AddError($"--workers is {value}; it can be 0 or more");
        });
        threads.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var value }] && (!int.TryParse(value, out var count) || count < 1)) result.AddError($"--threads is {value}; it can be 1 or more");
        });
        checkpointMinutes.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var value }] && !(double.TryParse(value, CultureInfo.InvariantCulture, out var minutes) && minutes > 0 && double.IsFinite(minutes))) result.AddError($"--checkpoint-minutes is {value}; it must be a number above 0");
        });
        checkpointSteps.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var value }] && !(long.TryParse(value, out var steps) && steps >= 1)) result.AddError($"--checkpoint-steps is {value}; it can be 1 or more");
        });
    }

    /// <summary>For a command that only looks into the store.</summary>
    public void AddStoreTo(Command command) => command.Options.Add(store);

    /// <summary>For a command that looks at the folders that runs are given.</summary>
    public void AddFoldersTo(Command command)
    {
        foreach (var option in new Option[] { store, data, weights }) command.Options.Add(option);
    }

    /// <summary>The folders as they were given, whether they exist or not.</summary>
    public (string? Data, string? Weights) GivenFolders(ParseResult parsed) => (parsed.GetValue(data), parsed.GetValue(weights));

    /// <summary>For a command that may train.</summary>
    public void AddTo(Command command)
    {
        AddInferenceTo(command);
        foreach (var option in new Option[] { checkpointMinutes, checkpointSteps }) command.Options.Add(option);
    }

    /// <summary>For a command that trains nothing.</summary>
    public void AddInferenceTo(Command command)
    {
        foreach (var option in new Option[] { store, data, weights, device, workers, threads, verify }) command.Options.Add(option);
    }

    /// <summary>For a command that reads a data set and computes nothing.</summary>
    /// <param name="alias">Another name of <c>--data</c>.</param>
    public void AddDataTo(Command command, string alias)
    {
        data.Aliases.Add(alias);
        foreach (var option in new Option[] { data, store }) command.Options.Add(option);
    }

    /// <summary>For a command whose result a program may want to read.</summary>
    public void AddStylesTo(Command command)
    {
        command.Options.Add(quiet);
        command.Options.Add(json);
        command.Validators.Add(result =>
        {
            if (result.GetValue(quiet) && result.GetValue(json)) result.AddError("give --quiet or --json, not both");
        });
    }

    /// <summary>The same options for a process that does a part of the work.</summary>
    public IReadOnlyList<string> Arguments(ParseResult parsed)
    {
        List<string> arguments = [$"{store.Name}={Store(parsed)}", $"{device.Name}={parsed.GetValue(device)}", string.Create(CultureInfo.InvariantCulture, $"{checkpointMinutes.Name}={parsed.GetValue(checkpointMinutes)}")];
        foreach (var folder in new[] { data, weights })
            if (parsed.GetValue(folder) is { } given) arguments.Add($"{folder.Name}={Path.GetFullPath(given)}");
        foreach (var number in new[] { workers, threads })
            if (parsed.GetValue(number) is { } given) arguments.Add(string.Create(CultureInfo.InvariantCulture, $"{number.Name}={given}"));
        if (parsed.GetValue(checkpointSteps) is { } steps) arguments.Add(string.Create(CultureInfo.InvariantCulture, $"{checkpointSteps.Name}={steps}"));
        if (parsed.GetValue(verify)) arguments.Add(verify.Name);
        return arguments;
    }

    public DisplayStyle Style(ParseResult parsed) => parsed.GetValue(json) ? DisplayStyle.Json : parsed.GetValue(quiet) ? DisplayStyle.Quiet : DisplayStyle.Text;

    /// <summary>Does the work of a run, shown in the style that was asked for.</summary>
    public T Run<T>(ParseResult parsed, CancellationToken stop, Func<RunContext, T> work) => ProgressDisplay.Run(Style(parsed), progress => work(Context(parsed, progress, stop)));

    /// <summary>The same without showing progress: for a command that only looks.</summary>
    public void RunQuietly(ParseResult parsed, CancellationToken stop, Action<RunContext> work) => work(Context(parsed, new PlainProgress(TextWriter.Null), stop));

    public string Store(ParseResult parsed) => Path.GetFullPath(parsed.GetValue(store)!);

    /// <summary>Where a store keeps the results of stages.</summary>
    public static string StagesFolder(string store) => Path.Combine(store, "stages");

    /// <exception cref="ExperimentException">A folder that was given does not exist, or there is no such device.</exception>
    public ModuleContext Read(ParseResult parsed) => Read(parsed, Device(parsed.GetValue(device)!));

    /// <summary>What a run needs of the machine.</summary>
    /// <exception cref="ExperimentException">A folder that was given does not exist, or there is no such device.</exception>
    private RunContext Context(ParseResult parsed, IRunProgress progress, CancellationToken stop)
    {
        GivenFolder.Of(store.Name, parsed.GetValue(store)!);
        TorchCompute.DefaultThreads = parsed.GetValue(threads);
        var context = new RunContext(Read(parsed), new StageStore(StagesFolder(Store(parsed)), progress, stop), progress, stop);
        if (parsed.CommandResult.Command.Options.Contains(checkpointMinutes))
            context = context with { Checkpoints = new CheckpointInterval { Time = TimeSpan.FromMinutes(parsed.GetValue(checkpointMinutes)), Steps = parsed.GetValue(checkpointSteps) } };
        return parsed.GetValue(verify) ? context.Verifying() : context;
    }

    private ModuleContext Read(ParseResult parsed, torch.Device chosen) => new()
    {
        Device = chosen,
        DataFolder = Data(parsed),
        WeightsFolder = Existing("--weights", parsed.GetValue(weights)),
        CacheFolder = Path.Combine(Store(parsed), "data"),
        Workers = parsed.GetValue(workers) ?? (chosen.type == DeviceType.CPU ? 0 : Math.Max(1, Environment.ProcessorCount / 2)),
    };

    /// <summary>What a command needs that reads a data set and computes nothing.</summary>
    /// <exception cref="ExperimentException">The folder that was given does not exist.</exception>
    public ModuleContext ReadData(ParseResult parsed) => new() { Device = torch.CPU, DataFolder = Data(parsed), CacheFolder = Path.Combine(Store(parsed), "data") };

    private string? Data(ParseResult parsed) => Existing(string.Join(", ", data.Aliases.Prepend(data.Name)), parsed.GetValue(data));

    private static torch.Device Device(string name) => name switch
    {
        "cpu" => torch.CPU,
        "cuda" when !torch.cuda.is_available() => throw new ExperimentException("--device cuda: no CUDA device can be used; build with -p:TorchBackend=cuda on a machine that has one, or use --device cpu"),
        _ => torch.cuda.is_available() ? torch.CUDA : torch.CPU,
    };

    private static string? Existing(string option, string? folder) =>
        folder is null || Directory.Exists(folder) ? folder : throw new ExperimentException($"{option} {folder}: there is no such folder");

    /// <summary>An environment variable; an empty one counts as not set, as everywhere in a shell.</summary>
    public static string? Setting(string variable) => Environment.GetEnvironmentVariable(variable) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    private static string DefaultDevice(ArgumentResult result)
    {
        var given = Setting("POLE_DEVICE") ?? Devices[0];
        if (!Devices.Contains(given)) result.AddError($"POLE_DEVICE is {given}; it can be {string.Join(", ", Devices)}");
        return given;
    }

    /// <summary>Of an environment variable; null where it is not set.</summary>
    private static int? Number(ArgumentResult result, string variable, int least)
    {
        if (Setting(variable) is not { } given) return null;
        if (int.TryParse(given, out var number) && number >= least) return number;
        result.AddError($"{variable} is {given}; it can be {least} or more");
        return null;
    }

    /// <summary><c>pole</c> in the user's cache folder.</summary>
    private static string DefaultStore(ArgumentResult result)
    {
        var home = Environment.GetFolderPath(OperatingSystem.IsWindows() ? Environment.SpecialFolder.LocalApplicationData : Environment.SpecialFolder.UserProfile);
        if (Setting("XDG_CACHE_HOME") is { } cache) return Path.Combine(cache, "pole");
        // .NET gives no home folder where that of HOME does not exist; what is stored in the current folder instead is not found from another.
        if (home.Length == 0) result.AddError($"there is no home folder to keep stage results in{(OperatingSystem.IsWindows() ? "" : $" (HOME is {Setting("HOME") ?? "not set"})")}: give a folder with --store or POLE_STORE");
        return OperatingSystem.IsWindows() ? Path.Combine(home, "pole") : Path.Combine(home, ".cache", "pole");
    }
}
