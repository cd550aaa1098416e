using System.Buffers.Binary;
using System.Text;
using static TorchSharp.torch;

namespace Pole.Zoo.Weights.Pickle;

/// <summary>A contiguous tensor in a pickle, which has its storage beside it.</summary>
/// <param name="Storage">Number of the storage, which tensors may share.</param>
internal sealed record PickledTensor(string Name, int Storage, ScalarType Type, IReadOnlyList<long> Shape);

/// <summary>Writes the pickle of a state dictionary (protocol 2), with no name in it but those that <see cref="TorchVocabulary"/> knows.</summary>
internal sealed class TorchPickle
{
    private const string Dictionary = "ccollections\nOrderedDict\n)R";

    private readonly MemoryStream stream = new();

    private TorchPickle()
    {
    }

    public static byte[] StateDictionary(IReadOnlyList<PickledTensor> tensors)
    {
        var pickle = new TorchPickle();
        pickle.Codes($"\u0080\u0002{Dictionary}(");
        foreach (var tensor in tensors)
        {
            pickle.Text(tensor.Name);
            pickle.Tensor(tensor);
        }

        pickle.Codes("u.");
        return pickle.stream.ToArray();
    }

    /// <summary>A call of torch._utils._rebuild_tensor_v2(storage, offset, size, strides, requires_grad, backward_hooks).</summary>
    private void Tensor(PickledTensor tensor)
    {
        Codes("ctorch._utils\n_rebuild_tensor_v2\n((");
        Text("storage");
        Codes($"ctorch\n{TorchVocabulary.StorageOf(tensor.Type)}\n");
        Text($"{tensor.Storage}");
        Text("cpu");
        Integer(TensorStorage.CountOf(tensor.Shape));
        Codes("tQ");
        Integer(0);
        Tuple(tensor.Shape);
        Tuple(Strides(tensor.Shape));
        Codes($"\u0089{Dictionary}tR");
    }

    private static long[] Strides(IReadOnlyList<long> shape)
    {
        var strides = new long[shape.Count];
        for (var (dimension, stride) = (shape.Count - 1, 1L); dimension >= 0; stride *= Math.Max(1, shape[dimension--])) strides[dimension] = stride;
        return strides;
    }

    private void Tuple(IEnumerable<long> items)
    {
        Codes("(");
        foreach (var item in items) Integer(item);
        Codes("t");
    }

    private void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        Codes("X");
        stream.Write(length);
        stream.Write(bytes);
    }

    /// <summary>As a signed number of four bytes, or of eight.</summary>
    private void Integer(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        var isShort = value <= int.MaxValue;
        Codes(isShort ? "J" : "\u008a\u0008");
        stream.Write(isShort ? bytes[..sizeof(int)] : bytes);
    }

    /// <summary>Opcodes, and the names that they have as text.</summary>
    private void Codes(string codes) => stream.Write(Encoding.Latin1.GetBytes(codes));
}
