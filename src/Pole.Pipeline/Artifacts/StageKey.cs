namespace Pole.Pipeline.Artifacts;

/// <summary>
/// What a stage's result depends on: the stage and the version of its code, the values of the spec that it reads, the content of data and weights, and the
/// results it builds on. Equal keys mean equal results.
/// </summary>
/// <param name="Version">Raised whenever the same inputs would give another result.</param>
/// <param name="Reads">Values of the spec by name.</param>
/// <param name="Data">Digests of the lists and parts of samples: <c>train.images</c>.</param>
/// <param name="Weights">Digests of files by their path in the weights folder.</param>
/// <param name="Upstream">By stage: the hash of the key of a stored result, the key itself of a source.</param>
public sealed record StageKey(string Stage, int Version, IReadOnlyDictionary<string, object?> Reads, IReadOnlyDictionary<string, string> Data, IReadOnlyDictionary<string, string> Weights, IReadOnlyDictionary<string, object> Upstream)
{
    /// <summary>Enough of a SHA-256 to name a folder.</summary>
    public string Hash { get; } = CanonicalSpec.Fingerprint(Content(Stage, Version, Reads, Data, Weights, Upstream))[..16];

    /// <summary>JSON, which <see cref="KeyDescription"/> reads.</summary>
    public string Description => CanonicalSpec.Serialize(Content(Stage, Version, Reads, Data, Weights, Upstream));

    private static Dictionary<string, object> Content(string stage, int version, IReadOnlyDictionary<string, object?> reads, IReadOnlyDictionary<string, string> data, IReadOnlyDictionary<string, string> weights, IReadOnlyDictionary<string, object> upstream) => new()
    {
        ["stage"] = stage,
        ["version"] = version,
        ["reads"] = reads,
        ["data"] = data,
        ["weights"] = weights,
        ["upstream"] = upstream.ToDictionary(entry => entry.Key, entry => entry.Value is StageKey key ? Content(key.Stage, key.Version, key.Reads, key.Data, key.Weights, key.Upstream) : entry.Value),
    };
}
