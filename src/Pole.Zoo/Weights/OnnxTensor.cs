using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using Onnx;
using TorchSharp;
using static TorchSharp.torch;
using DataType = Onnx.TensorProto.Types.DataType;

namespace Pole.Zoo.Weights;

/// <summary>An initialiser of an ONNX model: little-endian bytes in <c>raw_data</c>, or numbers in the field of its type.</summary>
internal sealed class OnnxTensor
{
    private const int MostDimensions = 64;

    /// <summary>Types of tensors, and which field has the numbers of one without raw bytes.</summary>
    private static readonly Dictionary<DataType, (ScalarType Type, int Field)> Types = new()
    {
        [DataType.Float] = (ScalarType.Float32, TensorProto.FloatDataFieldNumber), [DataType.Double] = (ScalarType.Float64, TensorProto.DoubleDataFieldNumber),
        [DataType.Float16] = (ScalarType.Float16, TensorProto.Int32DataFieldNumber), [DataType.Bfloat16] = (ScalarType.BFloat16, TensorProto.Int32DataFieldNumber),
        [DataType.Int64] = (ScalarType.Int64, TensorProto.Int64DataFieldNumber), [DataType.Int32] = (ScalarType.Int32, TensorProto.Int32DataFieldNumber), [DataType.Int16] = (ScalarType.Int16, TensorProto.Int32DataFieldNumber),
        [DataType.Int8] = (ScalarType.Int8, TensorProto.Int32DataFieldNumber), [DataType.Uint8] = (ScalarType.Byte, TensorProto.Int32DataFieldNumber), [DataType.Bool] = (ScalarType.Bool, TensorProto.Int32DataFieldNumber),
    };

    private readonly ReadOnlyMemory<byte> message;
    private readonly List<long> shape = [];
    private ReadOnlyMemory<byte>? raw;
    private DataType type;
    private bool isExternal;

    /// <param name="message">A TensorProto. It is gone through field by field: a number may stand in a field of its own, and an object for each would be many times the file.</param>
    private OnnxTensor(ReadOnlyMemory<byte> message)
    {
        this.message = message;
        foreach (var field in ProtobufField.Of(message)) Take(field);
    }

    private string Name { get; set; } = "";

    /// <exception cref="InvalidDataException">It has not as many numbers as its shape, a type that is not read here, or its numbers in another file.</exception>
    public static (string Name, StoredTensor Tensor) Read(ReadOnlyMemory<byte> message)
    {
        var tensor = new OnnxTensor(message);
        return (tensor.Name, tensor.Checked());
    }

    private void Take(ProtobufField field)
    {
        switch (field.Number)
        {
            case TensorProto.NameFieldNumber:
                Name = Encoding.UTF8.GetString(field.Content.Span);
                break;
            case TensorProto.DataTypeFieldNumber:
                type = (DataType)field.Value;
                break;
            case TensorProto.DimsFieldNumber:
                foreach (var size in field.Varints())
                {
                    if (shape.Count == MostDimensions) throw new InvalidDataException($"an initialiser has more than {MostDimensions} dimensions");
                    shape.Add((long)size);
                }

                break;
            case TensorProto.RawDataFieldNumber:
                raw = field.Content;
                break;
            case TensorProto.DataLocationFieldNumber:
                isExternal = field.Value != (ulong)TensorProto.Types.DataLocation.Default;
                break;
        }
    }

    private StoredTensor Checked()
    {
        if (isExternal) throw new InvalidDataException($"initialiser '{Name}' lies in another file; save the model again with all of its data in it");
        if (!Types.TryGetValue(type, out var stored)) throw new InvalidDataException($"initialiser '{Name}' has the unsupported type {type}");
        if (shape.Any(size => size < 0)) throw new InvalidDataException($"initialiser '{Name}' has a negative size");
        var (size, field) = (TensorStorage.ElementSize(stored.Type), stored.Field);
        var bytes = BytesOf(size);
        var given = raw?.Length ?? ProtobufField.Of(message).Where(part => part.Number == field).Sum(part => IsFixed(field) ? part.Content.Length : size * part.CountVarints());
        if (given != bytes) throw new InvalidDataException($"initialiser '{Name}' needs {bytes} bytes, the file gives {given}; is it truncated?");
        long[] sizes = [.. shape];
        return new StoredTensor(stored.Type, sizes, () => Load(stored.Type, sizes, field));
    }

    private long BytesOf(int size)
    {
        try
        {
            var bytes = checked(TensorStorage.CountOf(shape) * size);
            return bytes <= int.MaxValue ? bytes : throw new InvalidDataException($"initialiser '{Name}' of {bytes} bytes is larger than can be read");
        }
        catch (OverflowException exception)
        {
            throw new InvalidDataException($"the size of initialiser '{Name}' overflows", exception);
        }
    }

    /// <summary>Whether a field has numbers of a fixed width, as they lie in memory; the others are varints.</summary>
    private static bool IsFixed(int field) => field is TensorProto.FloatDataFieldNumber or TensorProto.DoubleDataFieldNumber;

    private Tensor Load(ScalarType scalar, long[] sizes, int field)
    {
        var tensor = empty(sizes, dtype: scalar, device: CPU);
        if (tensor.numel() == 0) return tensor;
        if (raw is { } whole) whole.Span.CopyTo(tensor.bytes);
        else Copy(field, TensorStorage.ElementSize(scalar), tensor.bytes);
        return tensor;
    }

    private void Copy(int field, int size, Span<byte> target)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        foreach (var part in ProtobufField.Of(message).Where(part => part.Number == field))
        {
            if (IsFixed(field))
            {
                part.Content.Span.CopyTo(target);
                target = target[part.Content.Length..];
                continue;
            }

            foreach (var value in part.Varints())
            {
                BinaryPrimitives.WriteUInt64LittleEndian(number, value);
                number[..size].CopyTo(target);
                target = target[size..];
            }
        }
    }
}
