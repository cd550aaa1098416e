using System.Globalization;

namespace Pole.Runner.Launching.Slurm;

/// <summary>Gives the scripts of a launch to SLURM: one job array a step, or several where a step has more tasks than an array may have.</summary>
internal sealed class SlurmSubmission(Launch launch)
{
    /// <exception cref="ExperimentException">SLURM refuses a step; those before it are cancelled.</exception>
    public SlurmJobs Run()
    {
        var arrays = new Dictionary<string, IReadOnlyList<string>>();
        var jobs = new SlurmJobs(arrays);
        try
        {
            foreach (var step in launch.Steps)
            {
                var after = step.After.SelectMany(name => arrays[name]).ToList();
                var own = new List<string>();
                arrays[step.Name] = own;
                for (var first = 0; first < step.Tasks.Count; first += SlurmJobs.ArraySize) own.Add(Submit(step, first, after));
                jobs.Write(launch.Folder);
            }

            return jobs;
        }
        catch (ExperimentException)
        {
            if (jobs.Identifiers.ToArray() is { Length: > 0 } submitted) SlurmCommand.Run("scancel", submitted);
            throw;
        }
    }

    private string Submit(LaunchStep step, int first, List<string> after)
    {
        var last = Math.Min(SlurmJobs.ArraySize, step.Tasks.Count - first) - 1;
        List<string> options = ["--parsable", string.Create(CultureInfo.InvariantCulture, $"--array=0-{last}{(launch.Parallel is { } most ? $"%{most}" : "")}"), string.Create(CultureInfo.InvariantCulture, $"--export=ALL,{SlurmScript.FirstTask}={first}")];
        // After any end: what builds on a failed task says so by itself, and the other tasks of the step go on.
        if (after.Count > 0) options.Add($"--dependency=afterany:{string.Join(':', after)}");
        // With several clusters the answer is "id;cluster".
        return SlurmCommand.Run("sbatch", [.. options, SlurmScript.FileOf(launch, step)]).Split(';')[0];
    }
}
