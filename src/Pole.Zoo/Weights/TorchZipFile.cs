using System.IO.Compression;
using Pole.Zoo.Weights.Pickle;

namespace Pole.Zoo.Weights;

/// <summary>
/// What torch.save and torch.jit.save write: a zip archive with one pickle, <c>data.pkl</c>, and one uncompressed entry per storage.
/// A TorchScript archive has code beside them, which is never looked at: its modules are read as plain attributes.
/// </summary>
internal sealed class TorchZipFile : IDisposable
{
    private const long LargestPickle = 256 << 20;
    private const string PickleName = "/data.pkl", CodeFolder = "/code/", ByteOrder = "/byteorder";

    private readonly ZipArchive archive;
    private readonly string root;

    /// <exception cref="InvalidDataException">It is not such an archive, or is truncated.</exception>
    public TorchZipFile(Stream stream)
    {
        archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: false);
        var pickle = archive.Entries.FirstOrDefault(entry => entry.FullName.EndsWith(PickleName, StringComparison.Ordinal)) ?? throw new InvalidDataException("the archive has no data.pkl: not what PyTorch writes");
        root = pickle.FullName[..^PickleName.Length];
        IsScript = archive.Entries.Any(entry => entry.FullName.StartsWith(root + CodeFolder, StringComparison.Ordinal));
    }

    public bool IsScript { get; }

    /// <summary>The saved object.</summary>
    public object? Read()
    {
        if (archive.GetEntry(root + ByteOrder) is { } order && Content(order) is [(byte)'b', ..]) throw new InvalidDataException("it was written on a big-endian machine");
        return new Unpickler(Content(archive.GetEntry(root + PickleName)!), TorchVocabulary.Create(IsScript ? ScriptClass : null), Storage).Load();
    }

    public void Dispose() => archive.Dispose();

    /// <summary>Modules of a TorchScript archive, and the lists that it keeps numbers in.</summary>
    private static PickleName? ScriptClass(string module, string name) =>
        module.StartsWith("__torch__", StringComparison.Ordinal) ? new PickleName(module, name, _ => new PickledInstance())
        : module == "torch.jit._pickle" ? new PickleName(module, name, arguments => arguments.Count > 0 ? arguments[0] : null)
        : null;

    private TensorStorage Storage(object? id)
    {
        var (type, key, count) = TorchVocabulary.Storage(id);
        var entry = archive.GetEntry($"{root}/data/{key}") ?? throw new InvalidDataException($"storage {key} is missing");
        if (entry.CompressedLength != entry.Length || entry.Length / TensorStorage.ElementSize(type) < count) throw new InvalidDataException($"storage {key} has {entry.Length} bytes for {count} elements");
        return new TensorStorage(type, count, (offset, target) =>
        {
            using var stream = entry.Open();
            Skip(stream, offset);
            stream.ReadExactly(target);
        });
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        if (entry.Length > LargestPickle) throw new InvalidDataException($"{entry.FullName} has {entry.Length} bytes");
        // PyTorch compresses nothing; what is made of a pickle is bounded by its bytes only where they are all in the file.
        if (entry.CompressedLength != entry.Length) throw new InvalidDataException($"{entry.FullName} is compressed, which PyTorch never does");
        using var stream = entry.Open();
        using var content = new MemoryStream();
        var buffer = new byte[81920];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            // A deflated entry may hold more than its header says.
            if (content.Length + read > entry.Length) throw new InvalidDataException($"{entry.FullName} is larger than the archive says");
            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }

    private static void Skip(Stream stream, long count)
    {
        Span<byte> buffer = stackalloc byte[4096];
        while (count > 0)
        {
            var part = buffer[..(int)Math.Min(count, buffer.Length)];
            stream.ReadExactly(part);
            count -= part.Length;
        }
    }
}
