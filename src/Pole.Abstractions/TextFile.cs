using System.Buffers;
using System.Text.Unicode;

namespace Pole;

/// <summary>Text that a person wrote, read without loss: UTF-8, with or without a byte order mark.</summary>
public static class TextFile
{
    private static readonly byte[][] Utf16Marks = [[0xFF, 0xFE], [0xFE, 0xFF]];

    /// <exception cref="ExperimentException">It is not UTF-8; names file, line and column.</exception>
    public static string Read(string path) => Decode(path, InputFile.Bytes(path));

    /// <param name="path">What the text is called in errors.</param>
    /// <exception cref="ExperimentException">It is not UTF-8; names file, line and column.</exception>
    public static string Decode(string path, ReadOnlySpan<byte> bytes)
    {
        foreach (var mark in Utf16Marks)
            if (bytes.StartsWith(mark)) throw Fault("", "the file is not UTF-8 but UTF-16; save it as UTF-8");
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes["\uFEFF"u8.Length..];
        var characters = new char[bytes.Length];
        var isWhole = Utf8.ToUtf16(bytes, characters, out var read, out var written, replaceInvalidSequences: false) == OperationStatus.Done;
        var text = new string(characters, 0, written);
        if (!isWhole) throw Fault(text, $"the file is not UTF-8: the byte 0x{bytes[read]:X2} stands here; save the file as UTF-8");
        return text.IndexOf('\0') is var zero && zero >= 0 ? throw Fault(text[..zero], "a zero byte stands here: the file is no text, or in another encoding than UTF-8") : text;

        ExperimentException Fault(string before, string message)
        {
            var lines = Lines(before);
            return new ExperimentException($"{path}({lines.Length},{lines[^1].Length + 1}): {message}");
        }
    }

    /// <summary>The lines of a text, whichever way they end; the last is empty where the text ends with a line.</summary>
    public static string[] Lines(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
}
