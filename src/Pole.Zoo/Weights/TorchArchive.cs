using System.IO.Compression;
using System.Text;
using Pole.Zoo.Weights.Pickle;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Weights;

/// <summary>A state dictionary as torch.save writes it since PyTorch 1.6, for <c>torch.load(…, weights_only=True)</c>: a pickle, and an entry of the archive for each storage.</summary>
public static class TorchArchive
{
    private const string Root = "archive", Version = "3\n";

    /// <summary>The oldest that a zip archive can say, so that the same weights are the same bytes.</summary>
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes tensors to a file, which is replaced; one tensor is copied at a time.</summary>
    /// <param name="tensors">Each with all of its names, which share one storage.</param>
    public static void Write(string path, IReadOnlyList<(IReadOnlyList<string> Names, Tensor Tensor)> tensors)
    {
        using var archive = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        Add(archive, "data.pkl", TorchPickle.StateDictionary([.. tensors.SelectMany((entry, storage) => entry.Names.Select(name => new PickledTensor(name, storage, entry.Tensor.dtype, entry.Tensor.shape)))]));
        Add(archive, "byteorder", "little"u8);
        for (var storage = 0; storage < tensors.Count; storage++)
        {
            using var scope = NewDisposeScope();
            Add(archive, $"data/{storage}", tensors[storage].Tensor.detach().cpu().contiguous().bytes);
        }

        Add(archive, "version", Encoding.ASCII.GetBytes(Version));
    }

    private static void Add(ZipArchive archive, string name, ReadOnlySpan<byte> content)
    {
        var entry = archive.CreateEntry($"{Root}/{name}", CompressionLevel.NoCompression);
        entry.LastWriteTime = NoTime;
        using var stream = entry.Open();
        stream.Write(content);
    }
}
