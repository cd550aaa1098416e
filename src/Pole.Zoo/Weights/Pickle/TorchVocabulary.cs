using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Weights.Pickle;

/// <summary>The names in pickles of PyTorch that stand for data: storages, tensors, parameters and ordered dictionaries.</summary>
public static class TorchVocabulary
{
    private static readonly Dictionary<string, ScalarType> StorageTypes = new(StringComparer.Ordinal)
    {
        ["DoubleStorage"] = ScalarType.Float64, ["FloatStorage"] = ScalarType.Float32, ["HalfStorage"] = ScalarType.Float16, ["BFloat16Storage"] = ScalarType.BFloat16,
        ["LongStorage"] = ScalarType.Int64, ["IntStorage"] = ScalarType.Int32, ["ShortStorage"] = ScalarType.Int16, ["CharStorage"] = ScalarType.Int8,
        ["ByteStorage"] = ScalarType.Byte, ["BoolStorage"] = ScalarType.Bool,
    };

    /// <param name="others">Further names; null refuses.</param>
    public static PickleVocabulary Create(Func<string, string, PickleName?>? others = null)
    {
        var vocabulary = new PickleVocabulary { Others = others ?? ((_, _) => null) }
            .Allow("collections", "OrderedDict", Dictionary)
            .Allow("torch._utils", "_rebuild_tensor_v2", Tensor)
            .Allow("torch._utils", "_rebuild_tensor", Tensor)
            .Allow("torch._utils", "_rebuild_parameter", arguments => (StoredTensor)arguments[0]!);
        foreach (var name in StorageTypes.Keys) vocabulary.Allow("torch", name);
        return vocabulary;
    }

    /// <summary>Type, key and number of elements of the storage that a persistent id names.</summary>
    /// <exception cref="PickleException">It names something else.</exception>
    public static (ScalarType Type, string Key, long Count) Storage(object? persistentId) =>
        persistentId is PickledTuple { Items: ["storage", PickleName { Module: "torch", Name: var type }, string key, string, long count, ..] } && StorageTypes.TryGetValue(type, out var scalar) && count >= 0
            ? (scalar, key, count)
            : throw new PickleException("it refers to something that is not a storage");

    /// <summary>The name of a storage of a type.</summary>
    internal static string StorageOf(ScalarType type) => StorageTypes.First(storage => storage.Value == type).Key;

    /// <summary>An OrderedDict is made empty, or from a list of pairs.</summary>
    private static PickledDictionary Dictionary(IReadOnlyList<object?> arguments)
    {
        var dictionary = new PickledDictionary();
        foreach (var pair in arguments.Count == 0 ? [] : (List<object?>)arguments[0]!)
            dictionary[Item(pair, 0) ?? throw new PickleException("a dictionary has the key None")] = Item(pair, 1);
        return dictionary;
    }

    private static object? Item(object? pair, int index) => pair is List<object?> list ? list[index] : ((PickledTuple)pair!).Items[index];

    private static StoredTensor Tensor(IReadOnlyList<object?> arguments) =>
        ((TensorStorage)arguments[0]!).View((long)arguments[1]!, Sizes(arguments[2]), Sizes(arguments[3]));

    private static long[] Sizes(object? tuple) => [.. ((PickledTuple)tuple!).Items.Select(size => (long)size!)];
}
