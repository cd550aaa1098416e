using System.Buffers.Binary;
using System.Text;

namespace Pole.Zoo.Weights.Pickle;

/// <summary>Writes opcodes of Python's pickle with their arguments (pickletools.py lists them); what they make together is the caller's.</summary>
public sealed class PickleWriter(Stream stream)
{
    private const string ShortInteger = "J", EightBytes = "\u008a\u0008", UnicodeText = "X", ByteString = "B";

    /// <summary>Opcodes, and the arguments that they have as text, a character a byte.</summary>
    public void Codes(string codes) => stream.Write(Encoding.Latin1.GetBytes(codes));

    /// <summary>A name of a module, which whoever reads the pickle looks up.</summary>
    public void Global(string module, string name) => Codes($"c{module}\n{name}\n");

    public void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Codes(UnicodeText);
        Length(bytes.Length);
        stream.Write(bytes);
    }

    /// <summary>Needs protocol 3.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Codes(ByteString);
        Length(bytes.Length);
        stream.Write(bytes);
    }

    /// <summary>As a signed number of four bytes, or of eight.</summary>
    public void Integer(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        var isShort = value is >= int.MinValue and <= int.MaxValue;
        Codes(isShort ? ShortInteger : EightBytes);
        stream.Write(isShort ? bytes[..sizeof(int)] : bytes);
    }

    public void Tuple(IEnumerable<long> items)
    {
        Codes("(");
        foreach (var item in items) Integer(item);
        Codes("t");
    }

    private void Length(int length)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        stream.Write(bytes);
    }
}
