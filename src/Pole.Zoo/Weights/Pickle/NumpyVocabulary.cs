using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Weights.Pickle;

/// <summary>The names in pickles of NumPy that stand for data, together with PyTorch's: arrays, their types, and tensors inside them.</summary>
public static class NumpyVocabulary
{
    public static PickleVocabulary Create()
    {
        var vocabulary = TorchVocabulary.Create().Allow("numpy", "ndarray").Allow("numpy", "dtype", arguments => new PickledType((string)arguments[0]!))
            .Allow("_codecs", "encode", arguments => arguments[1] is "latin1" ? Encoding.Latin1.GetBytes((string)arguments[0]!) : throw new PickleException("a text is not Latin-1"))
            // A tensor in a pickle carries its storage as a file of its own, in the form before PyTorch 1.6.
            .Allow("torch.storage", "_load_from_bytes", arguments => TorchLegacyFile.Read((byte[])arguments[0]!));
        // NumPy 2 moved its core.
        foreach (var core in new[] { "numpy.core.multiarray", "numpy._core.multiarray" }) vocabulary.Allow(core, "_reconstruct", _ => new PickledArray());
        return vocabulary;
    }

    /// <summary>The tensor type of a NumPy type code without byte order, such as <c>f4</c>; null for objects and for what has no tensor type.</summary>
    public static ScalarType? TypeOf(string code) => code switch
    {
        "f8" => ScalarType.Float64, "f4" => ScalarType.Float32, "f2" => ScalarType.Float16,
        "i8" => ScalarType.Int64, "i4" => ScalarType.Int32, "i2" => ScalarType.Int16, "i1" => ScalarType.Int8,
        "u1" => ScalarType.Byte, "b1" => ScalarType.Bool,
        _ => null,
    };
}

/// <summary>A NumPy type; its byte order comes with its state.</summary>
internal sealed record PickledType(string Code) : IPickledState
{
    public void SetState(object? state)
    {
        if (state is PickledTuple { Items: [_, ">", ..] }) throw new PickleException("an array is big-endian");
    }
}

/// <summary>A NumPy array: numbers, or one object.</summary>
internal sealed class PickledArray : IPickledState
{
    /// <summary>A <see cref="StoredTensor"/>, or the object of an array without dimensions.</summary>
    public object? Value { get; private set; }

    public void SetState(object? state)
    {
        if (state is not PickledTuple { Items: [_, PickledTuple shape, PickledType type, bool fortran, var content] } || shape.Items.Any(size => size is not long)) throw new PickleException("an array is malformed");
        Value = content switch
        {
            byte[] bytes => NpyFile.View(bytes, NumpyVocabulary.TypeOf(type.Code), [.. shape.Items.Select(size => (long)size!)], fortran),
            List<object?> { Count: 1 } objects when shape.Items.Count == 0 => objects[0],
            _ => throw new PickleException("an array of several objects is not data that is read here"),
        };
    }
}
