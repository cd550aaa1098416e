namespace Pole.Runner.Tests.Tracking;

/// <summary>What a server may do instead of answering.</summary>
public enum StubFault
{
    None,

    /// <summary>Closes the connection and does nothing.</summary>
    Refuse,

    /// <summary>Does what it is asked and closes the connection.</summary>
    LoseAnswer,

    /// <summary>Does what it is asked and breaks off in the middle of the body.</summary>
    BreakOff,

    /// <summary>Does what it is asked and never answers.</summary>
    Hang,

    /// <summary>A page of a proxy, with status 200.</summary>
    Garbage,
    Unauthorized = 401,
    Forbidden = 403,
    NotFound = 404,
    TooManyRequests = 429,
    InternalError = 500,
    Unavailable = 503,
}
