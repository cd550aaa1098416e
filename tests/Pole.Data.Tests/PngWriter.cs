using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Pole.Data.Imaging;

namespace Pole.Data.Tests;

/// <summary>Writes PNGs of every form that the specification allows, from samples.</summary>
internal static class PngWriter
{
    /// <summary>First row and column of each pass of Adam7, and the steps.</summary>
    private static readonly int[][] Passes = [[0, 0, 8, 8], [0, 4, 8, 8], [4, 0, 8, 4], [0, 2, 4, 4], [2, 0, 4, 2], [0, 1, 2, 2], [1, 0, 2, 1]];

    /// <param name="samples">Rows from the top, all channels of a pixel together.</param>
    /// <param name="filter">Filter type of every scanline; −1 takes each in turn.</param>
    /// <param name="palette">Bytes of the PLTE chunk.</param>
    /// <param name="parts">IDAT chunks.</param>
    public static void Write(string path, int width, int height, int depth, PngColour colour, IReadOnlyList<int> samples, bool interlaced = false, int filter = 0, byte[]? palette = null, int parts = 1)
    {
        using var stream = File.Create(path);
        stream.Write(PngFile.Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)depth, (byte)colour, interlaced ? (byte)1 : (byte)0);
        WriteChunk(stream, "IHDR", header);
        if (palette is not null) WriteChunk(stream, "PLTE", palette);

        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            foreach (var pass in interlaced ? Passes : [[0, 0, 1, 1]])
                zlib.Write(Scanlines(pass, width, height, depth, samples.Count / (width * height), samples, filter));
        var data = compressed.ToArray();
        foreach (var part in data.Chunk((data.Length + parts - 1) / parts)) WriteChunk(stream, "IDAT", part);
        WriteChunk(stream, "IEND", []);
    }

    public static void WriteChunk(Stream stream, string type, byte[] data)
    {
        byte[] number = new byte[4], chunk = [.. Encoding.ASCII.GetBytes(type), .. data];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(chunk);
        BinaryPrimitives.WriteUInt32BigEndian(number, PngChecksum.Of(chunk));
        stream.Write(number);
    }

    private static byte[] Scanlines(int[] pass, int width, int height, int depth, int channels, IReadOnlyList<int> samples, int filter)
    {
        var (bytes, above) = (new List<byte>(), Array.Empty<byte>());
        for (var row = pass[0]; row < height && pass[1] < width; row += pass[2])
        {
            var bits = new StringBuilder();
            for (var column = pass[1]; column < width; column += pass[3])
            for (var channel = 0; channel < channels; channel++)
                bits.Append(Convert.ToString(samples[(row * width + column) * channels + channel], 2).PadLeft(depth, '0'));
            while (bits.Length % 8 > 0) bits.Append('0');
            byte[] line = [.. bits.ToString().Chunk(8).Select(octet => Convert.ToByte(new string(octet), 2))];
            if (above.Length == 0) above = new byte[line.Length];
            var type = filter < 0 ? row % 5 : filter;
            bytes.Add((byte)type);
            bytes.AddRange(line.Select((value, place) => (byte)(value - Predicted(type, line, above, place, Math.Max(1, channels * depth / 8)))));
            above = line;
        }

        return [.. bytes];
    }

    private static int Predicted(int type, byte[] line, byte[] above, int place, int distance)
    {
        var (left, corner) = place < distance ? (0, 0) : (line[place - distance], above[place - distance]);
        return type switch { 0 => 0, 1 => left, 2 => above[place], 3 => (left + above[place]) / 2, _ => new[] { left, above[place], corner }.MinBy(value => Math.Abs(left + above[place] - corner - value)) };
    }
}
