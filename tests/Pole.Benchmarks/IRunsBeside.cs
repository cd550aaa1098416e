namespace Pole.Benchmarks;

/// <summary>A benchmark of which a form runs in another process.</summary>
internal interface IRunsBeside
{
    /// <summary>Of that process so far.</summary>
    TimeSpan ProcessorTime { get; }
}
