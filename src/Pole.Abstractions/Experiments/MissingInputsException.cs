namespace Pole;

/// <summary>Several inputs are missing; each is one line for the person at the command line.</summary>
/// <param name="faults">What is missing and where to get it, each in a sentence of its own.</param>
public sealed class MissingInputsException(IReadOnlyList<string> faults) : ExperimentException(string.Join("; ", faults))
{
    public IReadOnlyList<string> Faults => faults;
}
