using System.Runtime.InteropServices;
using System.Text;

namespace Pole.Pipeline.External;

/// <summary>Writes CAMs as numpy.save writes a dictionary of arrays (pickle protocol 3): what <see cref="CamFile"/> reads, and IRNet's and CLIMS's own steps.</summary>
public static class CamFileWriter
{
    public static void Write(string path, FusedCam cam)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var (height, width) = ((int)cam.HighResolution.shape[1], (int)cam.HighResolution.shape[2]);
        Write(path, [.. cam.Classes.Select(index => (long)index)], width, height, cam.HighResolution.cpu().ToFloats(), cam.Strided.cpu().ToFloats());
    }

    /// <param name="keys">Classes, from 0.</param>
    /// <param name="width">Of the image, in pixels.</param>
    /// <param name="height">Of the image, in pixels.</param>
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
        Array(writer, CamFile.Keys, "i8", [keys.Length], MemoryMarshal.AsBytes<long>(keys));
        Array(writer, CamFile.Strided, "f4", [keys.Length, (height + 3) / 4, (width + 3) / 4], MemoryMarshal.AsBytes<float>(coarse));
        Array(writer, CamFile.HighResolution, "f4", [keys.Length, height, width], MemoryMarshal.AsBytes<float>(fine));
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
