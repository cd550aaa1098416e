using static TorchSharp.torch;

namespace Pole.Zoo.Weights.Pickle;

/// <summary>A contiguous tensor in a pickle, which has its storage beside it.</summary>
/// <param name="Storage">Number of the storage, which tensors may share.</param>
internal sealed record PickledTensor(string Name, int Storage, ScalarType Type, IReadOnlyList<long> Shape);

/// <summary>Writes the pickle of a state dictionary (protocol 2), with no name in it but those that <see cref="TorchVocabulary"/> knows.</summary>
internal sealed class TorchPickle
{
    private readonly MemoryStream stream = new();
    private readonly PickleWriter pickle;

    private TorchPickle() => pickle = new PickleWriter(stream);

    public static byte[] StateDictionary(IReadOnlyList<PickledTensor> tensors)
    {
        var writer = new TorchPickle();
        writer.pickle.Codes("\u0080\u0002");
        writer.EmptyDictionary();
        writer.pickle.Codes("(");
        foreach (var tensor in tensors)
        {
            writer.pickle.Text(tensor.Name);
            writer.Tensor(tensor);
        }

        writer.pickle.Codes("u.");
        return writer.stream.ToArray();
    }

    /// <summary>A call of torch._utils._rebuild_tensor_v2(storage, offset, size, strides, requires_grad, backward_hooks).</summary>
    private void Tensor(PickledTensor tensor)
    {
        pickle.Global("torch._utils", "_rebuild_tensor_v2");
        pickle.Codes("((");
        pickle.Text("storage");
        pickle.Global("torch", TorchVocabulary.StorageOf(tensor.Type));
        pickle.Text($"{tensor.Storage}");
        pickle.Text("cpu");
        pickle.Integer(TensorStorage.CountOf(tensor.Shape));
        pickle.Codes("tQ");
        pickle.Integer(0);
        pickle.Tuple(tensor.Shape);
        pickle.Tuple(Strides(tensor.Shape));
        pickle.Codes("\u0089");
        EmptyDictionary();
        pickle.Codes("tR");
    }

    private void EmptyDictionary()
    {
        pickle.Global("collections", "OrderedDict");
        pickle.Codes(")R");
    }

    private static long[] Strides(IReadOnlyList<long> shape)
    {
        var strides = new long[shape.Count];
        for (var (dimension, stride) = (shape.Count - 1, 1L); dimension >= 0; stride *= Math.Max(1, shape[dimension--])) strides[dimension] = stride;
        return strides;
    }
}
