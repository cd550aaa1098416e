using System.Globalization;

namespace Pole.Runner.Launching;

/// <summary>Submits a launch to SLURM: one job array a step, each after those that it builds on.</summary>
internal sealed class SlurmLauncher(LaunchFolder folder, MachineProfile profile, TaskArguments arguments)
{
    /// <summary>SLURM's MaxArraySize is 1001 unless a cluster raises it.</summary>
    public const int ArraySize = 1000;

    public void Write()
    {
        foreach (var step in folder.Plan.Steps) File.WriteAllText(ScriptOf(step), SlurmScript.Of(step, folder, profile, arguments));
    }

    /// <exception cref="ExperimentException">SLURM refuses a step; those before it are cancelled.</exception>
    public void Submit()
    {
        var jobs = new Dictionary<string, IReadOnlyList<string>>();
        try
        {
            foreach (var step in folder.Plan.Steps)
            {
                var after = step.After.SelectMany(name => jobs[name]).ToList();
                var own = new List<string>();
                jobs[step.Name] = own;
                for (var first = 0; first < step.Tasks.Count; first += ArraySize) own.Add(Submit(step, first, after));
                folder.Jobs = jobs;
            }
        }
        catch (ExperimentException)
        {
            if (jobs.Values.SelectMany(ids => ids).ToArray() is { Length: > 0 } submitted) EngineCommand.Run("scancel", submitted);
            throw;
        }
    }

    private string Submit(LaunchStep step, int first, List<string> after)
    {
        var last = Math.Min(ArraySize, step.Tasks.Count - first) - 1;
        List<string> options = ["--parsable", string.Create(CultureInfo.InvariantCulture, $"--array=0-{last}{(profile.Parallel is { } most ? $"%{most}" : "")}"), string.Create(CultureInfo.InvariantCulture, $"--export=ALL,{SlurmScript.FirstTask}={first}")];
        // After any end: what builds on a failed task says so by itself, and the other tasks of the step go on.
        if (after.Count > 0) options.Add($"--dependency=afterany:{string.Join(':', after)}");
        // With several clusters the answer is "id;cluster".
        return EngineCommand.Run("sbatch", [.. options, ScriptOf(step)]).Split(';')[0];
    }

    private string ScriptOf(LaunchStep step) => folder.FileOf($"{step.Name}.sbatch");
}
