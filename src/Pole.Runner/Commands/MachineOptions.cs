using System.CommandLine;
using Pole.Pipeline;
using Pole.Pipeline.Artifacts;
using TorchSharp;

namespace Pole.Runner.Commands;

/// <summary>Options that say what this machine has. None changes a result.</summary>
internal sealed class MachineOptions
{
    private readonly Option<string> store = new("--store") { Description = "Folder of stage results (POLE_STORE; default: pole in the user's cache folder).", DefaultValueFactory = _ => Setting("POLE_STORE") ?? DefaultStore() };
    private readonly Option<string?> data = new("--data") { Description = "Folder that holds data sets, such as VOCdevkit (POLE_DATA).", DefaultValueFactory = _ => Setting("POLE_DATA") };
    private readonly Option<string?> weights = new("--weights") { Description = "Folder of published weights (POLE_WEIGHTS).", DefaultValueFactory = _ => Setting("POLE_WEIGHTS") };
    private readonly Option<string> device = new("--device") { Description = "cpu, cuda, or auto (POLE_DEVICE).", DefaultValueFactory = _ => Setting("POLE_DEVICE") ?? "auto" };

    private readonly Option<int?> workers = new("--workers")
    {
        Description = "Threads that decode and augment images beside the training (POLE_WORKERS; default: half the cores for a GPU, none for a CPU, whose cores the training uses). Results do not depend on it.",
        DefaultValueFactory = _ => int.TryParse(Setting("POLE_WORKERS"), out var count) && count >= 0 ? count : null,
    };

    public MachineOptions()
    {
        device.AcceptOnlyFromAmong("auto", "cpu", "cuda");
        workers.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var value }] && (!int.TryParse(value, out var count) || count < 0)) result.AddError($"--workers is {value}; it can be 0 or more");
        });
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { store, data, weights, device, workers }) command.Options.Add(option);
    }

    public string Store(ParseResult parsed) => Path.GetFullPath(parsed.GetValue(store)!);

    /// <exception cref="ExperimentException">A folder that was given does not exist, or there is no such device.</exception>
    public ModuleContext Read(ParseResult parsed) => Read(parsed, Device(parsed.GetValue(device)!));

    /// <summary>What a run needs of the machine.</summary>
    /// <exception cref="ExperimentException">A folder that was given does not exist, or there is no such device.</exception>
    public RunContext Context(ParseResult parsed, IRunProgress progress, CancellationToken stop) => new(Read(parsed), new StageStore(Path.Combine(Store(parsed), "stages"), progress, stop), progress, stop);

    private ModuleContext Read(ParseResult parsed, torch.Device chosen) => new()
    {
        Device = chosen,
        DataFolder = Existing("--data", parsed.GetValue(data)),
        WeightsFolder = Existing("--weights", parsed.GetValue(weights)),
        CacheFolder = Path.Combine(Store(parsed), "data"),
        Workers = parsed.GetValue(workers) ?? (chosen.type == DeviceType.CPU ? 0 : Math.Max(1, Environment.ProcessorCount / 2)),
    };

    private static torch.Device Device(string name) => name switch
    {
        "cpu" => torch.CPU,
        "cuda" when !torch.cuda.is_available() => throw new ExperimentException("--device cuda: no CUDA device can be used; build with -p:TorchBackend=cuda on a machine that has one, or use --device cpu"),
        _ => torch.cuda.is_available() ? torch.CUDA : torch.CPU,
    };

    private static string? Existing(string option, string? folder) =>
        folder is null || Directory.Exists(folder) ? folder : throw new ExperimentException($"{option} {folder}: there is no such folder");

    private static string? Setting(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;

    private static string DefaultStore()
    {
        var cache = Setting("XDG_CACHE_HOME") ?? (OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"));
        return Path.Combine(cache, "pole");
    }
}
