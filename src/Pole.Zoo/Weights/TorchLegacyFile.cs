using System.Buffers.Binary;
using System.Numerics;
using Pole.Zoo.Weights.Pickle;

namespace Pole.Zoo.Weights;

/// <summary>
/// What torch.save wrote before PyTorch 1.6, and what a pickled tensor still carries inside: a magic number, a version, facts of
/// the machine and the object as four pickles, then the keys of the storages, then each storage's length and bytes (torch/serialization.py,
/// _legacy_save). torchvision's resnet50-19c8e357.pth is of this kind.
/// </summary>
internal static class TorchLegacyFile
{
    private const long Version = 1001;

    private static readonly BigInteger Magic = BigInteger.Parse("1950a86a20f9469cfc6c", System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Whether the data begins with the pickled magic number.</summary>
    public static bool IsLegacy(ReadOnlySpan<byte> start) => start.Length >= 14 && start[0] == 0x80 && start[2] == 0x8a && start[3] == 10 && new BigInteger(start.Slice(4, 10)) == Magic;

    /// <summary>The saved object; a storage alone is a <see cref="TensorStorage"/>.</summary>
    /// <exception cref="PickleException">It is damaged or refers to what is not data.</exception>
    /// <exception cref="InvalidDataException">A tensor does not fit its storage.</exception>
    public static object? Read(ReadOnlyMemory<byte> data)
    {
        var starts = new Dictionary<string, long>(StringComparer.Ordinal);
        var storages = new Dictionary<string, TensorStorage>(StringComparer.Ordinal);
        var unpickler = new Unpickler(data, TorchVocabulary.Create(), id =>
        {
            var (type, key, count) = TorchVocabulary.Storage(id);
            if (!storages.TryGetValue(key, out var storage))
                storages[key] = storage = new TensorStorage(type, count, (offset, target) => data.Span.Slice(checked((int)(starts[key] + offset)), target.Length).CopyTo(target));
            return storage;
        });

        if (unpickler.Load() is not BigInteger magic || magic != Magic || unpickler.Load() is not Version) throw new PickleException("it is not what torch.save writes");
        if (unpickler.Load() is PickledDictionary machine && machine["little_endian"] is false) throw new PickleException("it was written on a big-endian machine");
        var saved = unpickler.Load();
        if (unpickler.Load() is not List<object?> keys) throw new PickleException("it has no list of storages");
        long position = unpickler.Position;
        foreach (var key in keys.Cast<string>())
        {
            if (!storages.TryGetValue(key, out var storage)) throw new PickleException("it has a storage that no tensor uses");
            if (data.Length - position < 8) throw new PickleException("it is truncated");
            var count = BinaryPrimitives.ReadInt64LittleEndian(data.Span.Slice((int)position, 8));
            var size = TensorStorage.ElementSize(storage.Type);
            if (count != storage.Count) throw new PickleException($"storage {key} has {count} elements instead of {storage.Count}");
            if (count > (data.Length - position - 8) / size) throw new PickleException("it is truncated");
            starts[key] = position + 8;
            position += 8 + count * size;
        }

        if (storages.Keys.FirstOrDefault(key => !starts.ContainsKey(key)) is { } missing) throw new PickleException($"storage {missing} is missing");
        return saved;
    }
}
