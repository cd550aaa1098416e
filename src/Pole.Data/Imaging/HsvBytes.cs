namespace Pole.Data.Imaging;

/// <summary>Colours as hue, saturation and value of a byte each, rounded as Pillow's mode HSV is (src/libImaging/Convert.c): hue and saturation down, RGB to the nearest.</summary>
internal static class HsvBytes
{
    private const int Sectors = 6;

    public static (byte Hue, byte Saturation, byte Value) FromRgb(byte red, byte green, byte blue)
    {
        var (strongest, weakest) = (Math.Max(red, Math.Max(green, blue)), Math.Min(red, Math.Min(green, blue)));
        if (strongest == weakest) return (0, 0, strongest);
        float range = strongest - weakest;
        float Distance(byte channel) => (strongest - channel) / range;
        var sector = (float)(red == strongest ? Distance(blue) - Distance(green) : green == strongest ? 2.0 + Distance(red) - Distance(blue) : 4.0 + Distance(green) - Distance(red));
        // Between magenta and red the sector is negative.
        var hue = (float)((sector / (double)Sectors + 1) % 1);
        return ((byte)(hue * 255.0), (byte)(range / strongest * 255.0), strongest);
    }

    public static (byte Red, byte Green, byte Blue) ToRgb(byte hue, byte saturation, byte value)
    {
        if (saturation == 0) return (value, value, value);
        var position = (float)hue * Sectors / 255.0;
        var sector = (int)position;
        var (along, strength) = ((float)(position - sector), (float)(saturation / 255.0));
        byte Scaled(double share) => (byte)Math.Clamp(Math.Round(value * share, MidpointRounding.AwayFromZero), 0, 255);
        var (weakest, falling, rising) = (Scaled(1.0 - strength), Scaled(1.0 - strength * along), Scaled(1.0 - strength * (1.0 - along)));
        return (sector % Sectors) switch
        {
            0 => (value, rising, weakest),
            1 => (falling, value, weakest),
            2 => (weakest, value, rising),
            3 => (weakest, falling, value),
            4 => (rising, weakest, value),
            _ => (value, weakest, falling),
        };
    }
}
