using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Pole.Data.Imaging;

/// <summary>
/// Writes a label map as an 8-bit PNG with the VOC palette, as the VOC devkit publishes them: SkiaSharp cannot write indexed
/// PNGs, and other tools read the labels from the indices (PNG specification, W3C 2003).
/// </summary>
public static class IndexedPng
{
    public static void Write(string path, LabelMap map)
    {
        using var stream = File.Create(path);
        stream.Write(PngFile.Signature);

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, map.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), map.Height);
        (header[8], header[9]) = (8, 3);
        WriteChunk(stream, "IHDR", header);

        WriteChunk(stream, "PLTE", [.. Enumerable.Range(0, 256).SelectMany(label =>
        {
            var (red, green, blue) = VocPalette.ColourOf((byte)label);
            return new[] { red, green, blue };
        })]);

        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var row = 0; row < map.Height; row++)
            {
                zlib.WriteByte(0);
                zlib.Write(map.Labels, row * map.Width, map.Width);
            }
        }

        WriteChunk(stream, "IDAT", compressed.ToArray());
        WriteChunk(stream, "IEND", []);
    }

    private static void WriteChunk(Stream stream, string type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        stream.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, PngChecksum.Of(body));
        stream.Write(number);
    }
}
