namespace Pole.Runner.Doctor;

internal enum Verdict
{
    Ok,

    /// <summary>It works, but slower or with less than it could.</summary>
    Note,

    /// <summary>Runs fail.</summary>
    Problem,
}

/// <summary>What one thing of the machine is like.</summary>
/// <param name="Remedy">Null where nothing is to be done.</param>
internal sealed record Finding(string Subject, string Value, Verdict Verdict = Verdict.Ok, string? Remedy = null);
