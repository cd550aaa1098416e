namespace Pole.Pipeline.Artifacts;

/// <summary>
/// What a stage's result depends on: the stage and the version of its code, the parts of the spec that it reads, and the
/// results it builds on. Equal keys mean equal results.
/// </summary>
/// <param name="Version">Raised whenever the same inputs would give another result.</param>
/// <param name="Inputs">Parts of the spec; hashed through <see cref="CanonicalSpec"/>.</param>
/// <param name="Upstream">Hashes of the keys of earlier stages.</param>
public sealed record StageKey(string Stage, int Version, IReadOnlyList<object?> Inputs, IReadOnlyList<string> Upstream)
{
    /// <summary>Enough of a SHA-256 to name a folder.</summary>
    public string Hash => CanonicalSpec.Fingerprint(Content)[..16];

    public string Description => CanonicalSpec.Serialize(Content);

    private object Content => new object?[] { Stage, Version, Inputs, Upstream };
}
