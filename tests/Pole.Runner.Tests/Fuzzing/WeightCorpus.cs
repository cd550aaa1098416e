using System.IO.Compression;
using System.Text;
using Google.Protobuf;
using Onnx;

namespace Pole.Runner.Tests.Fuzzing;

/// <summary>A state dictionary with two tensors, in each of the containers that PyTorch writes.</summary>
internal static class WeightCorpus
{
    private const string Protocol = "\u0080\u0002";
    private const int Values = 6;

    public static void WriteZip(string path) => WriteArchive(path, []);

    public static void WriteTorchScript(string path) => WriteArchive(path, [("x/code/__torch__.py", "class M(Module):\n  pass\n"), ("x/constants.pkl", $"{Protocol}).")]);

    public static void WriteLegacy(string path)
    {
        var pickles = new[] { "\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.", "M\u00e9\u0003.", "}X\r\0\0\0little_endian\u0088s.", StateDictionary(), "](X\u0001\0\0\00X\u0001\0\0\01e." };
        File.WriteAllBytes(path, [.. Latin(string.Concat(pickles.Select(pickle => Protocol + pickle))), .. BitConverter.GetBytes((long)Values), .. Storage(), .. BitConverter.GetBytes((long)Values), .. Storage()]);
    }

    /// <param name="fill">Puts the values into one of the places that a tensor may have them in.</param>
    public static void WriteOnnx(string path, Action<TensorProto, byte[]> fill)
    {
        var model = new ModelProto { IrVersion = 8, ProducerName = "a corpus", Graph = new GraphProto { Name = "graph" } };
        foreach (var name in new[] { "conv1.weight", "fc.bias" })
        {
            var tensor = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Uint8 };
            tensor.Dims.AddRange([2, Values / 2]);
            fill(tensor, [.. Enumerable.Range(0, Values).Select(value => (byte)value)]);
            model.Graph.Initializer.Add(tensor);
        }

        model.Graph.Node.Add(new NodeProto { OpType = "Identity", Input = { "fc.bias" }, Output = { "output" } });
        File.WriteAllBytes(path, model.ToByteArray());
    }

    private static void WriteArchive(string path, IEnumerable<(string Name, string Content)> others)
    {
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, content) in others.Prepend(("x/data.pkl", Protocol + StateDictionary())).Append(("x/version", "3\n"))) Add(name, Latin(content));
        foreach (var key in new[] { "0", "1" }) Add($"x/data/{key}", Storage());

        void Add(string name, byte[] content)
        {
            using var stream = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
            stream.Write(content);
        }
    }

    private static string StateDictionary() => $"}}(X\u000c\0\0\0conv1.weight{Rebuilt('0', "K\u0002K\u0003\u0086K\u0003K\u0001\u0086")}X\u0007\0\0\0fc.bias{Rebuilt('1', "K\u0006\u0085K\u0001\u0085")}u.";

    private static string Rebuilt(char key, string shapeAndStrides) => $"ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\0{key}X\u0003\0\0\0cpuK{(char)Values}NtQK\0{shapeAndStrides}\u0089}}tR";

    private static byte[] Storage() => [.. Enumerable.Range(0, Values).SelectMany(value => BitConverter.GetBytes((float)value))];

    private static byte[] Latin(string codes) => Encoding.Latin1.GetBytes(codes);
}
