using System.Text.Json;
using Pole.Runner.Runs;
using Pole.Runner.Specs;

namespace Pole.Runner.Launching;

/// <summary>One launch of sweeps: <c>RUNS/launches/START</c> with the plan, the engine's scripts, and the state and log of every task.</summary>
internal sealed class LaunchFolder
{
    private const string LaunchesFolder = "launches", PlanFile = "plan.json", JobsFile = "jobs.json";

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
            var parent = Directory.CreateDirectory(System.IO.Path.Combine(runs, LaunchesFolder)).FullName;
            var path = RunFolder.FreeName(parent);
            var folder = new LaunchFolder(path, plan);
            Directory.CreateDirectory(folder.LogsFolder);
            Directory.CreateDirectory(folder.TasksFolder);
            SpecFiles.Exclude(path);
            File.WriteAllText(System.IO.Path.Combine(path, PlanFile), JsonSerializer.Serialize(plan, Format));
            return folder;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException($"{runs}: the launch cannot be written: {exception.Message} Free space there or give another folder with --runs", exception);
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

    private Dictionary<string, IReadOnlyList<string>> Checked(Dictionary<string, IReadOnlyList<string>>? jobs) => jobs is not null && jobs.Values.All(ids => ids is not null && ids.All(id => id is not null)) && Plan.Steps.All(step => !jobs.TryGetValue(step.Name, out var own) || own.Count * SlurmLauncher.ArraySize >= step.Tasks.Count)
        ? jobs : throw new InvalidDataException("it does not have a job for each task");

    /// <summary>The latest launch of a sweep; null where there is none.</summary>
    public static LaunchFolder? Latest(string runs, string sweep)
    {
        var parent = System.IO.Path.Combine(runs, LaunchesFolder);
        return !Directory.Exists(parent) ? null : Directory.GetDirectories(parent).Where(path => File.Exists(System.IO.Path.Combine(path, PlanFile))).OrderDescending(StringComparer.Ordinal).Select(Open).FirstOrDefault(folder => folder.Plan.Sweeps.Contains(sweep));
    }

    /// <summary>Identifiers that SLURM gave to the arrays of each step; empty where another engine runs them.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Jobs
    {
        get => File.Exists(FileOf(JobsFile)) ? InputFile.Read(FileOf(JobsFile), "the jobs of a launch", Remedy, () => Checked(JsonSerializer.Deserialize<Dictionary<string, IReadOnlyList<string>>>(File.ReadAllText(FileOf(JobsFile)), Format))) : new Dictionary<string, IReadOnlyList<string>>();
        set => AtomicFile.Write(FileOf(JobsFile), path => File.WriteAllText(path, JsonSerializer.Serialize(value, Format)));
    }

    public string LogsFolder => FileOf("logs");

    private string TasksFolder => FileOf("tasks");

    public string FileOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Receives what a task prints.</summary>
    public string LogOf(LaunchStep step, int index) => System.IO.Path.Combine(LogsFolder, $"{step.Name}-{index}.log");

    /// <summary>Receives what a task of a SLURM array prints.</summary>
    /// <param name="job">The array, or SLURM's pattern for it, as is the element.</param>
    public string LogOf(LaunchStep step, string job, string element) => System.IO.Path.Combine(LogsFolder, $"{step.Name}-{job}-{element}.log");

    public string StateOf(LaunchStep step, int index) => System.IO.Path.Combine(TasksFolder, $"{step.Name}-{index}.json");
}
