namespace Pole.Runner.Tracking;

/// <summary>What one push sent.</summary>
/// <param name="Page">Where the run is to be seen; null where nothing of it is there.</param>
/// <param name="Omitted">A sentence for each thing that the server does not take.</param>
internal sealed record SentParts(int Parameters, int Metrics, int Artifacts, bool Status, string? Page, IReadOnlyList<string> Omitted)
{
    public override string ToString() => (Parameters, Metrics, Artifacts, Status) is (0, 0, 0, false) ? "nothing to send" : FormattableString.Invariant($"sent {Parameters} parameters, {Metrics} metric values, {Artifacts} artifacts");
}
