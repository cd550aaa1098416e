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
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static void Write(string path, LabelMap map)
    {
        using var stream = File.Create(path);
        stream.Write(Signature);

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
        BinaryPrimitives.WriteUInt32BigEndian(number, Checksum(body));
        stream.Write(number);
    }

    private static uint Checksum(byte[] bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320u : crc >> 1;
        }

        return ~crc;
    }
}
