using System.Text.Json;
using Pole.Runner.Runs;
using Pole.Runner.Specs;

namespace Pole.Runner.Launching;

/// <summary>One launch of sweeps: <c>RUNS/launches/START</c> with the plan, the engine's scripts, and the state and log of every task.</summary>
internal sealed class LaunchFolder
{
    private const string LaunchesFolder = "launches", LogsName = "logs", TasksName = "tasks", PlanFile = "plan.json";

    private const string Remedy = "launch the sweep again";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private LaunchFolder(string path, LaunchPlan plan) => (Path, Plan) = (path, plan);

    public string Path { get; }

    public LaunchPlan Plan { get; }

    /// <exception cref="ExperimentException">The folder cannot be written.</exception>
    public static LaunchFolder Begin(string runs, LaunchPlan plan)
    {
        try
        {
            return new LaunchFolder(StartedFolder.Create(System.IO.Path.Combine(runs, LaunchesFolder), path =>
            {
                Directory.CreateDirectory(LogsFolderOf(path));
                Directory.CreateDirectory(System.IO.Path.Combine(path, TasksName));
                SpecFiles.Exclude(path);
                File.WriteAllText(System.IO.Path.Combine(path, PlanFile), JsonSerializer.Serialize(plan, Format));
            }), plan);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException($"{runs}: the launch cannot be written: {exception.Message.TrimEnd('.')}. Free some space, or choose another folder with --runs", exception);
        }
    }

    /// <exception cref="ExperimentException">It is no folder of a launch.</exception>
    public static LaunchFolder Open(string path)
    {
        var file = System.IO.Path.Combine(path, PlanFile);
        if (!File.Exists(file)) throw new ExperimentException($"{path} is no folder of a launch: it has no {PlanFile}");
        return new LaunchFolder(path, InputFile.Read(file, "the plan of a launch", Remedy, () => Checked(JsonSerializer.Deserialize<LaunchPlan>(File.ReadAllText(file), Format))));
    }

    /// <summary>Whether a folder is that of a launch with tasks that have yet to start or to end.</summary>
    public static bool IsUnfinished(string path) => File.Exists(System.IO.Path.Combine(path, PlanFile)) && Open(path) is var folder && folder.Plan.Steps.Any(step => Enumerable.Range(0, step.Tasks.Count).Any(index =>
        TaskState.Read(folder.StateOf(step, index))?.Outcome is not (TaskOutcome.Done or TaskOutcome.Failed)));

    private static LaunchPlan Checked(LaunchPlan? plan) => plan is not null && plan.Sweeps.All(sweep => sweep is not null) && plan.Steps.All(step => step is not null && step.After.All(after => after is not null) && step.Tasks.All(task => task is not null))
        ? plan : throw new InvalidDataException("it has null in the place of a value");

    /// <summary>The latest launch of a sweep; null where there is none.</summary>
    public static LaunchFolder? Latest(string runs, string sweep)
    {
        var parent = System.IO.Path.Combine(runs, LaunchesFolder);
        return !Directory.Exists(parent) ? null : Directory.GetDirectories(parent).Where(path => File.Exists(System.IO.Path.Combine(path, PlanFile))).OrderDescending(StringComparer.Ordinal).Select(Open).FirstOrDefault(folder => folder.Plan.Sweeps.Contains(sweep));
    }

    /// <summary>The launcher that the tasks were started with; null in a launch of a former version.</summary>
    /// <exception cref="ExperimentException">This build does not have it, or what the plan says of it is damaged.</exception>
    public Launcher? FindLauncher() => Plan.Launcher is { } planned ? InputFile.Read(System.IO.Path.Combine(Path, PlanFile), "the plan of a launch", Remedy, planned.Read).Create(ModuleContext.None) : null;

    /// <summary>Receives what a task prints, unless its launcher has another place for that.</summary>
    public string LogOf(PlannedStep step, int index) => System.IO.Path.Combine(LogsFolderOf(Path), $"{step.Name}-{index}.log");

    public string StateOf(PlannedStep step, int index) => StateOf(Path, step.Name, index);

    /// <param name="folder">Of a launch.</param>
    public static string LogsFolderOf(string folder) => System.IO.Path.Combine(folder, LogsName);

    /// <inheritdoc cref="LogsFolderOf"/>
    public static string StateOf(string folder, string step, int index) => System.IO.Path.Combine(folder, TasksName, $"{step}-{index}.json");
}
