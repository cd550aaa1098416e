using System.Buffers.Binary;

namespace Pole.Data.Imaging;

/// <summary>Colour types of PNG, with the numbers of the specification.</summary>
internal enum PngColour
{
    Grey = 0,
    Rgb = 2,
    Indexed = 3,
    GreyAlpha = 4,
    Rgba = 6,
}

/// <summary>Header and compressed samples of a PNG (PNG specification, W3C 2003); every chunk's checksum is verified.</summary>
/// <param name="Depth">Bits per sample: 1, 2, 4, 8 or 16.</param>
/// <param name="Data">The zlib stream of all IDAT chunks.</param>
internal sealed record PngFile(int Width, int Height, int Depth, PngColour Colour, bool Interlaced, ArraySegment<byte> Data)
{
    private const int ChunkOverhead = 12, HeaderLength = 13;

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public int Channels => Colour switch { PngColour.Rgb => 3, PngColour.GreyAlpha => 2, PngColour.Rgba => 4, _ => 1 };

    /// <summary>Bytes of a scanline of some pixels, without its filter type.</summary>
    public long BytesOf(int pixels) => ((long)pixels * Channels * Depth + 7) / 8;

    /// <param name="bytes">A file that begins with <see cref="Signature"/>.</param>
    /// <exception cref="InvalidDataException">The file is truncated, or a chunk is damaged.</exception>
    public static PngFile Parse(byte[] bytes)
    {
        PngFile? header = null;
        var data = new List<ArraySegment<byte>>();
        for (var position = Signature.Length; ;)
        {
            if (bytes.Length - position < ChunkOverhead) throw new InvalidDataException("it ends before its IEND chunk");
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(position));
            if (length > bytes.Length - position - ChunkOverhead) throw new InvalidDataException("it ends within a chunk");
            var chunk = new ArraySegment<byte>(bytes, position + 4, 4 + (int)length);
            if (PngChecksum.Of(chunk) != BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(position + 8 + (int)length))) throw new InvalidDataException("the checksum of a chunk is wrong");
            position += ChunkOverhead + (int)length;

            var content = chunk[4..];
            if (header is null) header = chunk.AsSpan(0, 4).SequenceEqual("IHDR"u8) ? ParseHeader(content) : throw new InvalidDataException("it does not begin with an IHDR chunk");
            else if (chunk.AsSpan(0, 4).SequenceEqual("IDAT"u8)) data.Add(content);
            else if (chunk.AsSpan(0, 4).SequenceEqual("IEND"u8)) return header with { Data = Joined(data) };
        }
    }

    private static ArraySegment<byte> Joined(IReadOnlyList<ArraySegment<byte>> parts)
    {
        if (parts.Count == 1) return parts[0];
        var (joined, position) = (new byte[parts.Sum(part => part.Count)], 0);
        foreach (var part in parts)
        {
            part.CopyTo(joined, position);
            position += part.Count;
        }

        return joined;
    }

    private static PngFile ParseHeader(ReadOnlySpan<byte> header)
    {
        if (header.Length != HeaderLength) throw new InvalidDataException("its IHDR chunk has another length");
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(header), BinaryPrimitives.ReadInt32BigEndian(header[4..]));
        var (depth, colour) = (header[8], (PngColour)header[9]);
        var allowed = colour switch
        {
            PngColour.Grey => depth is 1 or 2 or 4 or 8 or 16,
            PngColour.Indexed => depth is 1 or 2 or 4 or 8,
            PngColour.Rgb or PngColour.GreyAlpha or PngColour.Rgba => depth is 8 or 16,
            _ => false,
        };
        if (width <= 0 || height <= 0 || !allowed || header[10] != 0 || header[11] != 0 || header[12] > 1)
            throw new InvalidDataException($"its IHDR chunk is invalid: {width}×{height} pixels, {depth} bits, colour type {header[9]}");
        return new PngFile(width, height, depth, colour, header[12] == 1, default);
    }
}
