using System.Text.RegularExpressions;

namespace Pole.Runner.Launching.Slurm;

/// <summary>Values of <c>#SBATCH</c> lines as sbatch reads them (get_argument in src/sbatch/opt.c): between quotation marks where they need them, with a backslash before those and before itself.</summary>
internal static partial class SbatchText
{
    /// <exception cref="ExperimentException">The value has an end of line or NUL, which no form of the line can hold.</exception>
    public static string Quote(string option, string value) => value.AsSpan().ContainsAny("\n\r\0")
        ? throw new ExperimentException($"{option} has a control character, which sbatch cannot be given: \"{value}\"")
        : Plain().IsMatch(value) ? value : $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>A path in which sbatch replaces nothing (<c>%%</c> is its percent sign).</summary>
    /// <exception cref="ExperimentException">It has a backslash, with which sbatch replaces nothing at all, the number of the job neither.</exception>
    public static string Path(string path) => path.Contains('\\', StringComparison.Ordinal)
        ? throw new ExperimentException($"SLURM cannot write logs below {path}, since the path has a backslash: take another folder with --runs")
        : path.Replace("%", "%%", StringComparison.Ordinal);

    [GeneratedRegex(@"^[\w./:=,@%+-]+\z")]
    private static partial Regex Plain();
}
