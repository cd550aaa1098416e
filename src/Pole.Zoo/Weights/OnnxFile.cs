using Google.Protobuf;
using Onnx;

namespace Pole.Zoo.Weights;

/// <summary>
/// The initialisers of an ONNX model (https://onnx.ai/onnx/repo-docs/IR.html). Of the model only they are looked at, field by field: objects for all of it would take many times the memory of the file. Weights that an
/// exporter wrote as Constant nodes or in other files are not among them.
/// </summary>
internal static class OnnxFile
{
    public const string Extension = ".onnx";

    /// <summary>As many as safetensors' longest header can list.</summary>
    private const int MostTensors = 50_000;

    private const byte IrVersionTag = ModelProto.IrVersionFieldNumber << 3;
    private const byte LargestIrVersion = 0x7f;

    /// <summary>Every exporter writes the version of the format first. The header length of safetensors may begin with the same byte, and is followed by a brace.</summary>
    /// <param name="start">The first 16 bytes.</param>
    public static bool IsOnnx(string path, ReadOnlySpan<byte> start) =>
        string.Equals(Path.GetExtension(path), Extension, StringComparison.OrdinalIgnoreCase) || start is [IrVersionTag, > 0 and <= LargestIrVersion, ..] and not [_, _, _, _, _, _, _, _, (byte)'{', ..];

    /// <exception cref="InvalidDataException">It is no ONNX model, or a tensor is not what it says, of a type that is not read here, or in another file.</exception>
    /// <exception cref="InvalidProtocolBufferException">It is truncated or malformed.</exception>
    public static IReadOnlyDictionary<string, StoredTensor> Read(ReadOnlyMemory<byte> model)
    {
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (var graph in ProtobufField.Of(model).Where(field => field.Number == ModelProto.GraphFieldNumber))
        foreach (var initialiser in ProtobufField.Of(graph.Content).Where(field => field.Number == GraphProto.InitializerFieldNumber))
        {
            if (tensors.Count == MostTensors) throw new InvalidDataException($"it has more than {MostTensors} initialisers");
            var (name, tensor) = OnnxTensor.Read(initialiser.Content);
            if (!tensors.TryAdd(name, tensor)) throw new InvalidDataException($"initialiser '{name}' is listed twice");
        }

        return tensors.Count > 0 ? tensors : throw new InvalidDataException("it has no initialisers: not an ONNX model, or one without weights in this file");
    }
}
