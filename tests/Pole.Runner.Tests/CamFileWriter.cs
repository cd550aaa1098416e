using System.Runtime.InteropServices;
using System.Text;

namespace Pole.Runner.Tests;

/// <summary>CAMs as numpy.save writes a dictionary of arrays (pickle protocol 3): keys, cam and high_res.</summary>
internal static class CamFileWriter
{
    /// <summary>One map per class: 1 where the label map has it, at the size of the image and at a quarter of it.</summary>
    public static void Write(string path, LabelMap labels)
    {
        var classes = labels.Labels.Where(label => label is > 0 and < 255).Distinct().Order().ToList();
        var (width, height) = ((labels.Width + 3) / 4, (labels.Height + 3) / 4);
        float At(byte label, int x, int y) => labels.Labels[y * labels.Width + x] == label ? 1 : 0;
        var fine = classes.SelectMany(label => Enumerable.Range(0, labels.Labels.Length).Select(pixel => At(label, pixel % labels.Width, pixel / labels.Width))).ToArray();
        var coarse = classes.SelectMany(label => Enumerable.Range(0, width * height).Select(pixel => At(label, pixel % width * 4, pixel / width * 4))).ToArray();

        Write(path, [.. classes.Select(label => label - 1L)], labels.Width, labels.Height, fine, coarse);
    }

    /// <param name="fine">Maps × pixels.</param>
    /// <param name="coarse">The same of a quarter of each side, rounded up.</param>
    public static void Write(string path, long[] keys, int width, int height, float[] fine, float[] coarse)
    {
        using var stream = File.Create(path);
        using var writer = new BinaryWriter(stream);
        const string header = "{'descr': '|O', 'fortran_order': False, 'shape': (), }\n";
        writer.Write([0x93, .. "NUMPY"u8, 1, 0]);
        writer.Write((ushort)header.Length);
        Codes(writer, header);
        // The dictionary is the one item of an array of objects without dimensions.
        Codes(writer, "\u0080\u0003cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\u0085C\u0001b\u0087R(K\u0001)cnumpy\ndtype\n");
        Text(writer, "O8");
        Codes(writer, "\u0089\u0088\u0087R(K\u0003");
        Text(writer, "|");
        Codes(writer, "NNNJ\u00ff\u00ff\u00ff\u00ffJ\u00ff\u00ff\u00ff\u00ffK?tb\u0089]}(");
        Array(writer, "keys", "i8", [keys.Length], MemoryMarshal.AsBytes<long>(keys));
        Array(writer, "cam", "f4", [keys.Length, (height + 3) / 4, (width + 3) / 4], MemoryMarshal.AsBytes<float>(coarse));
        Array(writer, "high_res", "f4", [keys.Length, height, width], MemoryMarshal.AsBytes<float>(fine));
        Codes(writer, "uatb.");
    }

    private static void Array(BinaryWriter writer, string name, string type, int[] shape, ReadOnlySpan<byte> data)
    {
        Text(writer, name);
        Codes(writer, "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\u0085C\u0001b\u0087R(K\u0001(");
        foreach (var length in shape)
        {
            writer.Write((byte)'J');
            writer.Write(length);
        }

        Codes(writer, "tcnumpy\ndtype\n");
        Text(writer, type);
        Codes(writer, "\u0089\u0088\u0087R(K\u0003");
        Text(writer, "<");
        Codes(writer, "NNNJ\u00ff\u00ff\u00ff\u00ffJ\u00ff\u00ff\u00ff\u00ffK\0tb\u0089B");
        writer.Write(data.Length);
        writer.Write(data);
        Codes(writer, "tb");
    }

    /// <summary>Opcodes and their arguments, a character a byte.</summary>
    private static void Codes(BinaryWriter writer, string codes) => writer.Write(Encoding.Latin1.GetBytes(codes));

    private static void Text(BinaryWriter writer, string text)
    {
        writer.Write((byte)'X');
        writer.Write(text.Length);
        Codes(writer, text);
    }
}
