using System.Globalization;
using System.Text;

namespace Pole.Runner.Launching.Slurm;

/// <summary>The batch script of one step: a job array with an element for each task (https://slurm.schedmd.com/sbatch.html).</summary>
internal static class SlurmScript
{
    /// <summary>Holds the task of an array's first element: a step may need several arrays.</summary>
    public const string FirstTask = "POLE_FIRST_TASK";

    private const string Index = "$((POLE_FIRST_TASK + SLURM_ARRAY_TASK_ID))";

    public static string FileOf(Launch launch, LaunchStep step) => Path.Combine(launch.Folder, $"{step.Name}.sbatch");

    /// <summary>Receives what a task prints.</summary>
    /// <param name="job">The array, or SLURM's pattern for it, as is the element.</param>
    public static string LogOf(string folder, string step, string job, string element) => Path.Combine(LaunchFolder.LogsFolderOf(folder), $"{step}-{job}-{element}.log");

    public static string Of(LaunchStep step, Launch launch, SlurmOptions options)
    {
        var resources = step.Resources;
        var text = new StringBuilder("#!/bin/bash\n");
        Option("--job-name", $"pole-{step.Name}");
        Option("--output", LogOf(SbatchText.Path(launch.Folder), step.Name, "%A", "%a"));
        // A task that was put back goes on in the same log.
        Option("--open-mode", "append");
        text.Append("#SBATCH --requeue\n");
        Option("--signal", $"B:USR1@{launch.Grace}");
        Option("--nodes", "1");
        Option("--ntasks", "1");
        if (resources.Time is { } time) Option("--time", $"{(int)time.TotalHours}:{time.Minutes:d2}:{time.Seconds:d2}");
        if (resources.Cpus is { } cpus) Option("--cpus-per-task", $"{cpus}");
        if (resources.Memory is { } memory) Option("--mem", $"{memory}M");
        if (resources.Gpus is > 0 and var gpus) Option("--gres", $"gpu:{gpus}");
        if (resources.Partition is { } partition) Option("--partition", partition);
        if (options.Account is { } account) Option("--account", account);
        if (options.Qos is { } qos) Option("--qos", qos);
        if (options.Constraint is { } constraint) Option("--constraint", constraint);
        text.Append('\n');
        if (launch.Setup.Length > 0) text.Append(launch.Setup.TrimEnd()).Append("\n\n");
        text.Append(CultureInfo.InvariantCulture, $$"""
            # USR1 comes before the time limit: the task writes a checkpoint and goes back into the queue. After TERM (preemption, requeue) SLURM puts it back itself.
            trap 'again=1; kill -TERM $task 2> /dev/null' USR1
            trap 'kill -TERM $task 2> /dev/null' TERM
            {{step.Command.ShellLine(Index)}} &
            task=$!
            while true; do
              wait $task
              code=$?
              kill -0 $task 2> /dev/null || break
            done
            if [ -n "$again" ] && [ $code -eq {{ExitCodes.Stopped}} ] && [ "${SLURM_RESTART_COUNT:-0}" -lt {{launch.Requeues}} ]; then
              scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
            fi
            exit $code

            """);
        return text.ToString();

        void Option(string option, string value) => text.Append(CultureInfo.InvariantCulture, $"#SBATCH {option}={SbatchText.Quote(option, value)}\n");
    }
}
