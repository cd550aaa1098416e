namespace Pole.Data.Imaging;

/// <summary>The PASCAL VOC colour map: the bits of a label dealt to red, green and blue in turn, from the highest (VOC devkit, VOCcolormap).</summary>
public static class VocPalette
{
    private static readonly (byte Red, byte Green, byte Blue)[] Colours = [.. Enumerable.Range(0, 256).Select(Colour)];

    private static readonly Dictionary<(byte, byte, byte), byte> Labels = Colours.Select((colour, label) => (colour, label)).ToDictionary(entry => entry.colour, entry => (byte)entry.label);

    public static (byte Red, byte Green, byte Blue) ColourOf(byte label) => Colours[label];

    public static bool TryGetLabel(byte red, byte green, byte blue, out byte label) => Labels.TryGetValue((red, green, blue), out label);

    private static (byte, byte, byte) Colour(int label)
    {
        int red = 0, green = 0, blue = 0;
        for (var shift = 7; label > 0; shift--, label >>= 3)
        {
            red |= (label & 1) << shift;
            green |= ((label >> 1) & 1) << shift;
            blue |= ((label >> 2) & 1) << shift;
        }

        return ((byte)red, (byte)green, (byte)blue);
    }
}
