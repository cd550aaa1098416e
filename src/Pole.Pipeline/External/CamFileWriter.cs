using System.Runtime.InteropServices;
using System.Text;
using Pole.Zoo.Weights.Pickle;

namespace Pole.Pipeline.External;

/// <summary>Writes CAMs as numpy.save writes a dictionary of arrays (pickle protocol 3): what <see cref="CamFile"/> reads, and IRNet's and CLIMS's own steps.</summary>
public static class CamFileWriter
{
    private const string Header = "{'descr': '|O', 'fortran_order': False, 'shape': (), }\n";

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
        stream.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)Header.Length, 0, .. Encoding.Latin1.GetBytes(Header)]);
        var pickle = new PickleWriter(stream);
        pickle.Codes("\u0080\u0003");
        // The dictionary is the one item of an array of objects without dimensions.
        BeginArray(pickle);
        pickle.Codes(")");
        ElementType(pickle, "O8", "|", '?');
        pickle.Codes("]}(");
        Array(pickle, CamFile.Keys, "i8", [keys.Length], MemoryMarshal.AsBytes<long>(keys));
        Array(pickle, CamFile.Strided, "f4", [keys.Length, (height + 3) / 4, (width + 3) / 4], MemoryMarshal.AsBytes<float>(coarse));
        Array(pickle, CamFile.HighResolution, "f4", [keys.Length, height, width], MemoryMarshal.AsBytes<float>(fine));
        pickle.Codes("uatb.");
    }

    private static void Array(PickleWriter pickle, string name, string type, long[] shape, ReadOnlySpan<byte> data)
    {
        pickle.Text(name);
        BeginArray(pickle);
        pickle.Tuple(shape);
        ElementType(pickle, type, "<", '\0');
        pickle.Bytes(data);
        pickle.Codes("tb");
    }

    /// <summary>A call of numpy.core.multiarray._reconstruct(ndarray, (0,), b'b'), and what begins the state of the array that it gives.</summary>
    private static void BeginArray(PickleWriter pickle)
    {
        pickle.Global("numpy.core.multiarray", "_reconstruct");
        pickle.Global("numpy", "ndarray");
        pickle.Codes("K\0\u0085C\u0001b\u0087R(K\u0001");
    }

    /// <summary>A numpy.dtype with its state, and that the order is C's.</summary>
    private static void ElementType(PickleWriter pickle, string type, string order, char flags)
    {
        pickle.Global("numpy", "dtype");
        pickle.Text(type);
        pickle.Codes("\u0089\u0088\u0087R(K\u0003");
        pickle.Text(order);
        pickle.Codes($"NNNJ\u00ff\u00ff\u00ff\u00ffJ\u00ff\u00ff\u00ff\u00ffK{flags}tb\u0089");
    }
}
