namespace Pole;

/// <summary>An 8-bit image, rows from the top, three bytes (red, green, blue) a pixel.</summary>
public sealed record RgbImage(int Width, int Height, byte[] Pixels);
