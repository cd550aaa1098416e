using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Pole.Zoo.Weights;

/// <summary>A field of a message in protobuf's wire format (https://protobuf.dev/programming-guides/encoding), as it stands in the file.</summary>
/// <param name="Value">That of a varint; 0 otherwise.</param>
/// <param name="Content">Bytes of a text, of a message, of packed numbers or of one number of a fixed width.</param>
internal readonly record struct ProtobufField(int Number, WireFormat.WireType Type, ulong Value, ReadOnlyMemory<byte> Content)
{
    /// <summary>The fields of a message, in the order of the file; nothing is copied.</summary>
    /// <param name="message">Of an array.</param>
    /// <exception cref="InvalidProtocolBufferException">It is malformed.</exception>
    /// <exception cref="InvalidDataException">It is truncated.</exception>
    public static IEnumerable<ProtobufField> Of(ReadOnlyMemory<byte> message)
    {
        while (message.Length > 0) yield return Next(ref message);
    }

    /// <summary>The integers of a repeated field, packed or single.</summary>
    public IEnumerable<ulong> Varints()
    {
        if (Type == WireFormat.WireType.Varint)
        {
            yield return Value;
            yield break;
        }

        using var input = Reader(Content);
        while (!input.IsAtEnd) yield return input.ReadUInt64();
    }

    /// <summary>How many there are: the last byte of each is below 128.</summary>
    public long CountVarints()
    {
        if (Type == WireFormat.WireType.Varint) return 1;
        var count = 0L;
        foreach (var part in Content.Span)
            if (part < 0x80) count++;
        return count;
    }

    private static ProtobufField Next(ref ReadOnlyMemory<byte> rest)
    {
        using var input = Reader(rest);
        var before = input.Position;
        var tag = input.ReadTag();
        var type = WireFormat.GetTagWireType(tag);
        var (value, length) = type switch
        {
            WireFormat.WireType.Varint => (input.ReadUInt64(), 0),
            WireFormat.WireType.Fixed64 => (0UL, sizeof(ulong)),
            WireFormat.WireType.Fixed32 => (0UL, sizeof(uint)),
            WireFormat.WireType.LengthDelimited => (0UL, input.ReadLength()),
            // Groups are deprecated, and ONNX has none.
            _ => throw new InvalidDataException("it has a group, which no ONNX model has"),
        };
        var start = (int)(input.Position - before);
        if (length < 0 || length > rest.Length - start) throw new InvalidDataException("it is truncated, or no ONNX model");
        var content = rest.Slice(start, length);
        rest = rest[(start + length)..];
        return new ProtobufField(WireFormat.GetTagFieldNumber(tag), type, value, content);
    }

    private static CodedInputStream Reader(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var part) ? new CodedInputStream(part.Array, part.Offset, part.Count) : throw new ArgumentException("the bytes are not of an array", nameof(bytes));
}
