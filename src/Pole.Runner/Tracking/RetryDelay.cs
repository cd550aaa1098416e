namespace Pole.Runner.Tracking;

/// <summary>How long a run waits between two pushes: longer after each that failed, so that a server that is down costs nothing.</summary>
internal static class RetryDelay
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10), Longest = TimeSpan.FromMinutes(5);

    /// <param name="failures">In a row.</param>
    public static TimeSpan After(int failures) => TimeSpan.FromSeconds(Math.Min(Interval.TotalSeconds * Math.Pow(2, failures), Longest.TotalSeconds));
}
