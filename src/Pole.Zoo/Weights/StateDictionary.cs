using static TorchSharp.torch;

namespace Pole.Zoo.Weights;

/// <summary>Moves named weights in and out of a network.</summary>
public static class StateDictionary
{
    /// <summary>Of a group in a message; those of another network are hundreds.</summary>
    private const int Named = 6;

    /// <summary>Copies weights into a network, one at a time. Counters of batches seen by batch norm are not weights and are left out.</summary>
    /// <param name="source">Where the weights come from, for the message.</param>
    /// <param name="rename">The network's name of a key of the weights, or null for one to leave out; null keeps all.</param>
    /// <exception cref="ExperimentException">Keys are missing, unexpected or of another shape; they are counted and the first are named, in groups. Or a tensor holds NaN or infinity.</exception>
    public static void Load(nn.Module network, IReadOnlyDictionary<string, StoredTensor> weights, string source, Func<string, string?>? rename = null)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var targets = Weights(network).ToDictionary(StringComparer.Ordinal);
        var given = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (var (key, tensor) in weights.Where(entry => !IsCounter(entry.Key)))
            if ((rename is null ? key : rename(key)) is { } name) given[name] = tensor;

        var missing = targets.Keys.Where(key => !given.ContainsKey(key)).ToList();
        var unexpected = given.Keys.Where(key => !targets.ContainsKey(key)).ToList();
        var misshapen = targets.Where(target => given.TryGetValue(target.Key, out var value) && !value.Shape.SequenceEqual(target.Value.shape))
            .Select(target => $"{target.Key} [{string.Join(", ", given[target.Key].Shape)}] instead of [{string.Join(", ", target.Value.shape)}]").ToList();
        if (missing.Count + unexpected.Count + misshapen.Count > 0)
            throw new ExperimentException($"{source}: the weights do not fit {network.GetName()}:{Group("missing", missing)}{Group("unexpected", unexpected)}{Group("of another shape", misshapen)}");

        foreach (var (key, target) in targets)
        {
            // One at a time: what a check allocates goes before the next tensor comes.
            using var each = NewDisposeScope();
            var value = given[key].Read();
            target.copy_(value);
            if (!IsFinite(target)) throw new ExperimentException($"{source}: tensor '{given[key].Name ?? key}' holds NaN or infinity: the weights are damaged, or of a training that diverged");
        }
    }

    /// <summary>The same for weights in memory, which stay their owner's.</summary>
    public static void Load(nn.Module network, IReadOnlyDictionary<string, Tensor> weights, string source) =>
        Load(network, weights.ToDictionary(entry => entry.Key, entry => StoredTensor.Of(entry.Value), StringComparer.Ordinal), source);

    /// <summary>The weights of a network, on the CPU, by name. The caller owns them.</summary>
    public static IReadOnlyDictionary<string, Tensor> Save(nn.Module network)
    {
        using var noGradient = no_grad();
        return Weights(network).ToDictionary(entry => entry.Key, entry => entry.Value.detach().cpu().clone(), StringComparer.Ordinal);
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Weights(nn.Module network) =>
        network.named_parameters().Select(entry => KeyValuePair.Create(entry.name, (Tensor)entry.parameter))
            .Concat(network.named_buffers().Where(entry => !IsCounter(entry.name)).Select(entry => KeyValuePair.Create(entry.name, entry.buffer)));

    // A sum is one pass without another tensor, and not finite where a value is not; only then isfinite, at many times the cost, tells overflow from fault.
    private static bool IsFinite(Tensor tensor) => tensor.sum().isfinite().item<bool>() || tensor.isfinite().all().item<bool>();

    private static bool IsCounter(string key) => key.EndsWith("num_batches_tracked", StringComparison.Ordinal);

    private static string Group(string title, List<string> keys) => keys.Count == 0 ? "" : $" {keys.Count} {title} ({string.Join(", ", keys.Take(Named))}{(keys.Count > Named ? $" and {keys.Count - Named} more" : "")});";
}
