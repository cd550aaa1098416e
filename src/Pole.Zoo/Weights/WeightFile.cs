namespace Pole.Zoo.Weights;

/// <summary>The containers that weights are published in.</summary>
public enum WeightFileKind
{
    /// <summary>One safetensors file.</summary>
    Safetensors,

    /// <summary>A folder with an index of several safetensors files, or with one.</summary>
    SafetensorsFolder,

    /// <summary>A zip archive of torch.save.</summary>
    TorchArchive,

    /// <summary>What torch.save wrote before PyTorch 1.6.</summary>
    TorchLegacy,

    /// <summary>A TorchScript archive, as OpenAI publishes CLIP.</summary>
    TorchScript,

    /// <summary>An ONNX model, whose initialisers are the tensors.</summary>
    Onnx,
}

/// <summary>
/// Named tensors on disk, whatever the container. Opening reads names, types and shapes; values are read one tensor at a time, so
/// that a network and one tensor are the most that is in memory.
/// </summary>
public sealed class WeightFile : IDisposable
{
    private const string Noun = "weights", Remedy = "get or write the file again";

    /// <summary>Weights that a checkpoint lists under several names are in its file once; CLIMS lists all of them twice.</summary>
    private const long MostRepetitions = 8, SmallFile = 16 << 20;

    private readonly IDisposable source;

    private WeightFile(string path, WeightFileKind kind, IReadOnlyDictionary<string, StoredTensor> tensors, IReadOnlyList<string> files, IDisposable source)
    {
        (Path, Kind, Tensors, Files, this.source) = (path, kind, tensors, files, source);
    }

    public string Path { get; }

    public WeightFileKind Kind { get; }

    /// <summary>Only to be read until the file is disposed.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>The files that hold the tensors.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <param name="path">A file of any kind, or a folder with <c>model.safetensors</c> or <c>model.safetensors.index.json</c>.</param>
    /// <exception cref="ExperimentException">It is missing, damaged, of another kind, or a pickle that refers to something that is not data.</exception>
    public static WeightFile Open(string path) => InputFile.Read(path, Noun, Remedy, () =>
    {
        if (Directory.Exists(path)) return OpenFolder(path);
        if (!InputFile.HasContent(path)) throw new InvalidDataException("it is empty, or no regular file");
        Span<byte> start = stackalloc byte[16];
        using (var stream = File.OpenRead(path)) start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (OnnxFile.IsOnnx(path, start)) return new WeightFile(path, WeightFileKind.Onnx, Named(path, OnnxFile.Read(File.ReadAllBytes(path))), [path], Nothing.Instance);
        return start is [(byte)'P', (byte)'K', ..] ? OpenArchive(path) : start is [0x80, ..] && TorchLegacyFile.IsLegacy(start) ? OpenLegacy(path) : OpenSafetensors(path);
    });

    public void Dispose() => source.Dispose();

    private static WeightFile OpenArchive(string path)
    {
        var archive = new TorchZipFile(File.OpenRead(path));
        try
        {
            return new WeightFile(path, archive.IsScript ? WeightFileKind.TorchScript : WeightFileKind.TorchArchive, Named(path, TorchTensors.Find(archive.Read())), [path], archive);
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    private static WeightFile OpenLegacy(string path)
    {
        // 98 MB for ResNet-50: the storages lie behind the pickle and can only be found by reading it.
        var tensors = TorchTensors.Find(TorchLegacyFile.Read(File.ReadAllBytes(path)));
        return new WeightFile(path, WeightFileKind.TorchLegacy, Named(path, tensors), [path], Nothing.Instance);
    }

    private static WeightFile OpenSafetensors(string path)
    {
        var file = new SafetensorsFile(path);
        return new WeightFile(path, WeightFileKind.Safetensors, Named(path, file.Tensors), [path], file);
    }

    private static WeightFile OpenFolder(string folder)
    {
        var names = SafetensorsIndex.FilesOf(folder);
        var files = new List<SafetensorsFile>();
        var owner = new Owner(files);
        try
        {
            var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
            foreach (var name in names)
            {
                files.Add(InputFile.Read(name, Noun, Remedy, () => new SafetensorsFile(name)));
                foreach (var (key, tensor) in Named(name, files[^1].Tensors)) tensors[key] = tensor;
            }

            return new WeightFile(folder, WeightFileKind.SafetensorsFolder, tensors, names, owner);
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    /// <summary>Errors of a read that comes later name the file and the tensor too.</summary>
    /// <exception cref="InvalidDataException">The tensors repeat what is in the file beyond any network that shares weights.</exception>
    private static IReadOnlyDictionary<string, StoredTensor> Named(string path, IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        var (bytes, length) = (tensors.Values.Sum(tensor => tensor.Count * TensorStorage.ElementSize(tensor.Type)), InputFile.Length(path));
        if (bytes > SmallFile + MostRepetitions * length) throw new InvalidDataException($"its tensors would be {bytes} bytes, made of {length}");
        return tensors.ToDictionary(entry => entry.Key, entry => entry.Value.In(path, $"{Noun}, tensor '{entry.Key}'", Remedy) with { Name = entry.Key }, StringComparer.Ordinal);
    }

    private sealed class Owner(List<SafetensorsFile> files) : IDisposable
    {
        public void Dispose() => files.ForEach(file => file.Dispose());
    }

    private sealed class Nothing : IDisposable
    {
        public static readonly Nothing Instance = new();

        public void Dispose()
        {
        }
    }
}
