namespace Pole.Data.Imaging;

/// <summary>CRC-32 of PNG chunks (PNG specification, W3C 2003, annex D).</summary>
internal static class PngChecksum
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(value =>
    {
        var crc = (uint)value;
        for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320u : crc >> 1;
        return crc;
    })];

    /// <param name="chunk">Type and data of a chunk.</param>
    public static uint Of(ReadOnlySpan<byte> chunk)
    {
        var crc = uint.MaxValue;
        foreach (var value in chunk) crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }
}
