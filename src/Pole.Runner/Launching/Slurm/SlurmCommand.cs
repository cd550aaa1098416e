using System.ComponentModel;
using System.Diagnostics;

namespace Pole.Runner.Launching.Slurm;

/// <summary>One of the commands of SLURM.</summary>
internal static class SlurmCommand
{
    /// <returns>What it printed, without the line's end.</returns>
    /// <exception cref="ExperimentException">It is not there, or failed; says what it said.</exception>
    public static string Run(string command, params string[] arguments)
    {
        var (code, output, error) = Try(command, arguments);
        return code == 0 ? output : throw new ExperimentException($"{command} {string.Join(' ', arguments)}: {error.ReplaceLineEndings(" ")}");
    }

    public static (int Code, string Output, string Error) Try(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output.TrimEnd(), error.Result.TrimEnd());
        }
        catch (Win32Exception exception)
        {
            throw new ExperimentException($"{command} cannot be started: {exception.Message}; is this a machine of the cluster, with {command} on the PATH?", exception);
        }
    }
}
