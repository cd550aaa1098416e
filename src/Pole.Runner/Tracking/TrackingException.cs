namespace Pole.Runner.Tracking;

/// <summary>A tracking server did not do what it was asked; the message says which and why, in one line.</summary>
internal sealed class TrackingException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whether there was no answer at all, so that another request will have none either.</summary>
    public bool IsUnreachable { get; init; }
}
