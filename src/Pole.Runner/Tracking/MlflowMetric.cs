namespace Pole.Runner.Tracking;

/// <summary>One value of a metric.</summary>
/// <param name="Timestamp">Unix time in milliseconds. It is that of the run's start for every value: what is sent twice, because an answer was lost, is then the same row.</param>
internal sealed record MlflowMetric(string Key, double Value, long Timestamp, long Step);

/// <summary>A parameter or a tag.</summary>
internal sealed record MlflowEntry(string Key, string Value);
