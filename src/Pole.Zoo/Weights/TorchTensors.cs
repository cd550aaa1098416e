using Pole.Zoo.Weights.Pickle;

namespace Pole.Zoo.Weights;

/// <summary>Finds the named tensors in what PyTorch saved: a state dictionary, a checkpoint that holds one, a list, or the modules of a TorchScript archive.</summary>
internal static class TorchTensors
{
    private const int DeepestModule = 64;
    private const string ParallelPrefix = "module.";

    /// <summary>Names under which training scripts keep a state dictionary in a checkpoint.</summary>
    private static readonly string[] CheckpointKeys = ["state_dict", "model_state_dict", "model", "net", "network"];

    /// <exception cref="InvalidDataException">There are no tensors with names.</exception>
    public static IReadOnlyDictionary<string, StoredTensor> Find(object? saved)
    {
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        if (saved is PickledInstance module) AddModule(tensors, "", module, 0, new HashSet<object>(ReferenceEqualityComparer.Instance));
        else if (saved is List<object?> list) AddAll(tensors, list.Select((item, index) => (index.ToString(System.Globalization.CultureInfo.InvariantCulture), item)));
        else if (saved is PickledDictionary dictionary) AddAll(tensors, Entries(StateDictionaryOf(dictionary)));
        if (tensors.Count == 0) throw new InvalidDataException(saved is PickledDictionary other
            ? $"no state dictionary: it has the keys {string.Join(", ", other.Items.Take(20).Select(item => item.Key))}"
            : "no state dictionary: a dictionary, a list or a module with tensors is expected");
        // torch.nn.DataParallel puts its own name before every key.
        return tensors.Keys.All(key => key.StartsWith(ParallelPrefix, StringComparison.Ordinal))
            ? tensors.ToDictionary(entry => entry.Key[ParallelPrefix.Length..], entry => entry.Value, StringComparer.Ordinal)
            : tensors;
    }

    private static PickledDictionary StateDictionaryOf(PickledDictionary saved)
    {
        if (saved.Items.Any(item => item.Value is StoredTensor)) return saved;
        return CheckpointKeys.Select(key => saved[key]).OfType<PickledDictionary>().FirstOrDefault() ?? saved;
    }

    private static IEnumerable<(string, object?)> Entries(PickledDictionary dictionary) => dictionary.Items.Where(item => item.Key is string).Select(item => ((string)item.Key, item.Value));

    private static void AddAll(Dictionary<string, StoredTensor> tensors, IEnumerable<(string Name, object? Value)> entries)
    {
        foreach (var (name, value) in entries)
            if (value is StoredTensor tensor) tensors[name] = tensor;
    }

    /// <param name="visited">A module that several share is listed under the first of its names: the paths to it may be exponentially many.</param>
    private static void AddModule(Dictionary<string, StoredTensor> tensors, string prefix, PickledInstance module, int depth, HashSet<object> visited)
    {
        if (!visited.Add(module)) return;
        if (depth > DeepestModule) throw new InvalidDataException("its modules are nested without end");
        foreach (var (name, value) in Entries(module.Attributes))
        {
            if (value is StoredTensor tensor) tensors[prefix + name] = tensor;
            else if (value is PickledInstance child) AddModule(tensors, $"{prefix}{name}.", child, depth + 1, visited);
        }
    }
}
