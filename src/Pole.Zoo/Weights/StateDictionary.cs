using static TorchSharp.torch;

namespace Pole.Zoo.Weights;

/// <summary>Moves named weights in and out of a network.</summary>
public static class StateDictionary
{
    private const int KeysShown = 5;

    /// <summary>Copies weights into a network. Counters of batches seen by batch norm are not weights and are left out.</summary>
    /// <param name="source">Where the weights come from, for the message.</param>
    /// <param name="accepts">Keys of <paramref name="weights"/> to use; null uses all.</param>
    /// <exception cref="ExperimentException">Keys are missing, unexpected or of another shape; all are named, grouped.</exception>
    public static void Load(nn.Module network, IReadOnlyDictionary<string, Tensor> weights, string source, Func<string, bool>? accepts = null)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var targets = Weights(network).ToDictionary(StringComparer.Ordinal);
        var given = weights.Where(entry => !IsCounter(entry.Key) && (accepts is null || accepts(entry.Key))).ToDictionary(StringComparer.Ordinal);

        var missing = targets.Keys.Where(key => !given.ContainsKey(key)).ToList();
        var unexpected = given.Keys.Where(key => !targets.ContainsKey(key)).ToList();
        var misshapen = targets.Where(target => given.TryGetValue(target.Key, out var value) && !value.shape.SequenceEqual(target.Value.shape))
            .Select(target => $"{target.Key} [{string.Join(", ", given[target.Key].shape)}] instead of [{string.Join(", ", target.Value.shape)}]").ToList();
        if (missing.Count + unexpected.Count + misshapen.Count > 0)
            throw new ExperimentException($"{source}: the weights do not fit {network.GetName()}:{Group("missing", missing)}{Group("unexpected", unexpected)}{Group("of another shape", misshapen)}");

        foreach (var (key, target) in targets) target.copy_(given[key].to(target.dtype));
    }

    /// <summary>The weights of a network, on the CPU, by name. The caller owns them.</summary>
    public static IReadOnlyDictionary<string, Tensor> Save(nn.Module network)
    {
        using var noGradient = no_grad();
        return Weights(network).ToDictionary(entry => entry.Key, entry => entry.Value.detach().cpu().clone(), StringComparer.Ordinal);
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Weights(nn.Module network) =>
        network.named_parameters().Select(entry => KeyValuePair.Create(entry.name, (Tensor)entry.parameter))
            .Concat(network.named_buffers().Where(entry => !IsCounter(entry.name)).Select(entry => KeyValuePair.Create(entry.name, entry.buffer)));

    private static bool IsCounter(string key) => key.EndsWith("num_batches_tracked", StringComparison.Ordinal);

    private static string Group(string title, List<string> keys) =>
        keys.Count == 0 ? "" : $" {keys.Count} {title} ({string.Join(", ", keys.Take(KeysShown))}{(keys.Count > KeysShown ? ", …" : "")});";
}
