using System.Globalization;

namespace Pole;

/// <summary>How the tasks of a step are started: a command line with the index of the task at one place. It ends with 0 when the task is done, and with 130 when it was stopped.</summary>
/// <param name="Before">The words before the index, the executable first.</param>
/// <param name="After">The words after it.</param>
public sealed record TaskCommand(IReadOnlyList<string> Before, IReadOnlyList<string> After)
{
    /// <param name="index">Of the task, from 0.</param>
    public IReadOnlyList<string> Words(int index) => [.. Before, index.ToString(CultureInfo.InvariantCulture), .. After];

    /// <summary>The same for a POSIX shell.</summary>
    /// <param name="index">A number, or an expansion such as <c>$JOB_COMPLETION_INDEX</c>.</param>
    public string ShellLine(string index) => string.Join(' ', [.. Before.Select(ShellText.Quote), index, .. After.Select(ShellText.Quote)]);
}
