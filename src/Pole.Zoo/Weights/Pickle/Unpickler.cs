using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Pole.Zoo.Weights.Pickle;

/// <summary>
/// Reads the opcodes of pickle protocols 2 to 5 (CPython, Lib/pickletools.py) into plain values: null, bool, long, BigInteger,
/// double, string, byte[], lists, tuples, dictionaries, and what the vocabulary makes of the names that it allows. It runs nothing
/// else, and allocates no more than the bytes that are there.
/// </summary>
/// <param name="persistent">Resolves persistent ids, by which PyTorch refers to storages.</param>
public sealed class Unpickler(ReadOnlyMemory<byte> data, PickleVocabulary vocabulary, Func<object?, object?>? persistent = null)
{
    /// <summary>In bytes; PyTorch's magic number has 10. Printing an integer of millions takes minutes.</summary>
    private const int LongestInteger = 64;

    private static readonly object Mark = new();

    private readonly List<object?> stack = [];
    private readonly Dictionary<long, object?> memo = [];

    /// <summary>Where the next pickle, or whatever follows, begins.</summary>
    public int Position { get; private set; }

    /// <summary>Reads one pickle; several may follow each other.</summary>
    /// <exception cref="PickleException">The pickle is truncated, malformed, or refers to what the vocabulary does not allow.</exception>
    public object? Load()
    {
        stack.Clear();
        memo.Clear();
        while (true)
        {
            var at = Position;
            var opcode = Bytes(1)[0];
            if (opcode == '.') return Pop();
            if (!Execute(opcode)) throw new PickleException($"opcode 0x{opcode:x2} at byte {at} is not one of plain data");
        }
    }

    private bool Execute(byte opcode)
    {
        switch (opcode)
        {
            case 0x80: Bytes(1); break;
            case 0x95: Bytes(8); break;
            case (byte)'(': stack.Add(Mark); break;
            case (byte)'0': Pop(); break;
            case (byte)'1': PopToMark(); break;
            case (byte)'2': stack.Add(Peek()); break;
            case (byte)'N': stack.Add(null); break;
            case 0x88: stack.Add(true); break;
            case 0x89: stack.Add(false); break;
            case (byte)'J': stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Bytes(4))); break;
            case (byte)'K': stack.Add((long)Bytes(1)[0]); break;
            case (byte)'M': stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2))); break;
            case 0x8a: stack.Add(Integer(Bytes(Length(1)))); break;
            case 0x8b: stack.Add(Integer(Bytes(Length(4)))); break;
            case (byte)'G': stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Bytes(8))); break;
            case (byte)'X': stack.Add(Text(Bytes(Length(4)))); break;
            case 0x8c: stack.Add(Text(Bytes(Length(1)))); break;
            case 0x8d: stack.Add(Text(Bytes(Length(8)))); break;
            // Python 2's byte strings: names and codes in the pickles of old NumPy and PyTorch.
            case (byte)'T': stack.Add(Encoding.Latin1.GetString(Bytes(Length(4)))); break;
            case (byte)'U': stack.Add(Encoding.Latin1.GetString(Bytes(Length(1)))); break;
            case (byte)'B': stack.Add(Bytes(Length(4)).ToArray()); break;
            case (byte)'C': stack.Add(Bytes(Length(1)).ToArray()); break;
            case 0x8e: stack.Add(Bytes(Length(8)).ToArray()); break;
            case (byte)']': stack.Add(new List<object?>()); break;
            case (byte)'l': stack.Add(PopToMark()); break;
            case (byte)'a': AppendAll([Pop()]); break;
            case (byte)'e': AppendAll(PopToMark()); break;
            case (byte)')': stack.Add(new PickledTuple([])); break;
            case 0x85: PushTuple(1); break;
            case 0x86: PushTuple(2); break;
            case 0x87: PushTuple(3); break;
            case (byte)'t': stack.Add(new PickledTuple(PopToMark())); break;
            case (byte)'}': stack.Add(new PickledDictionary()); break;
            case (byte)'d': PushDictionary(); break;
            case (byte)'s': SetItems([.. Last(2)]); break;
            case (byte)'u': SetItems(PopToMark()); break;
            case (byte)'q': memo[Bytes(1)[0]] = Peek(); break;
            case (byte)'r': memo[BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4))] = Peek(); break;
            case 0x94: memo[memo.Count] = Peek(); break;
            case (byte)'h': stack.Add(Recall(Bytes(1)[0])); break;
            case (byte)'j': stack.Add(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4)))); break;
            case (byte)'c': stack.Add(vocabulary.Find(Line(), Line())); break;
            case 0x93: PushNamed(); break;
            case (byte)'R' or 0x81: Call(); break;
            case (byte)'b': Build(); break;
            case (byte)'Q': stack.Add((persistent ?? throw new PickleException("it refers to storages that are not in the file"))(Pop())); break;
            default: return false;
        }

        return true;
    }

    private void PushTuple(int count) => stack.Add(new PickledTuple(Last(count)));

    private void PushDictionary()
    {
        var items = PopToMark();
        stack.Add(new PickledDictionary());
        SetItems(items);
    }

    private void PushNamed()
    {
        var parts = Last(2);
        stack.Add(parts is [string module, string name] ? vocabulary.Find(module, name) : throw new PickleException("a name is not text"));
    }

    private void Call()
    {
        var parts = Last(2);
        if (parts is not [PickleName { Call: { } call } callee, PickledTuple arguments]) throw new PickleException($"it calls {parts[0] ?? "nothing"}, which is not plain data, and is refused");
        try
        {
            stack.Add(call(arguments.Items));
        }
        catch (Exception exception) when (exception is not (PickleException or InvalidDataException))
        {
            throw new PickleException($"the arguments of {callee} are malformed", exception);
        }
    }

    private void Build()
    {
        var state = Pop();
        if (Peek() is not IPickledState target) throw new PickleException("it sets the state of something that has none");
        target.SetState(state);
    }

    private void AppendAll(List<object?> items)
    {
        if (Peek() is not List<object?> list) throw new PickleException("it appends to something that is not a list");
        list.AddRange(items);
    }

    private void SetItems(List<object?> items)
    {
        if (Peek() is not PickledDictionary dictionary || items.Count % 2 != 0) throw new PickleException("it sets items of something that is not a dictionary");
        for (var index = 0; index < items.Count; index += 2) dictionary[items[index] ?? throw new PickleException("a dictionary has the key None")] = items[index + 1];
    }

    private List<object?> PopToMark()
    {
        var mark = stack.LastIndexOf(Mark);
        if (mark < 0) throw new PickleException("its stack has no mark");
        var items = stack.GetRange(mark + 1, stack.Count - mark - 1);
        stack.RemoveRange(mark, stack.Count - mark);
        return items;
    }

    private List<object?> Last(int count)
    {
        if (stack.Count < count) throw new PickleException("its stack is empty");
        var items = stack.GetRange(stack.Count - count, count);
        stack.RemoveRange(stack.Count - count, count);
        return items;
    }

    private object? Pop() => Last(1)[0];

    private object? Peek() => stack.Count > 0 ? stack[^1] : throw new PickleException("its stack is empty");

    private object? Recall(long index) => memo.TryGetValue(index, out var value) ? value : throw new PickleException($"it recalls entry {index}, which it never stored");

    private static object Integer(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > LongestInteger) throw new PickleException($"it has an integer of {bytes.Length} bytes");
        var value = new BigInteger(bytes);
        return value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    private string Line()
    {
        var rest = data.Span[Position..];
        var end = rest.IndexOf((byte)'\n');
        if (end < 0) throw new PickleException("it is truncated");
        Position += end + 1;
        return Text(rest[..end]);
    }

    private long Length(int size)
    {
        var bytes = Bytes(size);
        return size switch { 1 => bytes[0], 4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes), _ => BinaryPrimitives.ReadInt64LittleEndian(bytes) };
    }

    private ReadOnlySpan<byte> Bytes(long count)
    {
        if (count < 0 || count > data.Length - Position) throw new PickleException("it is truncated");
        var bytes = data.Span.Slice(Position, (int)count);
        Position += (int)count;
        return bytes;
    }
}
