namespace Pole.Runner.Reports;

/// <summary>A map over its image in grey, from dark violet where it is weak to yellow where it is strong: the colours of matplotlib's inferno (CC0), at five places, and what lies between them.</summary>
internal static class HeatOverlay
{
    private const double Opacity = 0.8;

    private static readonly (byte Red, byte Green, byte Blue)[] Ramp = [(0, 0, 4), (87, 16, 110), (188, 55, 84), (249, 142, 9), (252, 255, 164)];

    /// <param name="map">0…1 for every pixel, rows from the top.</param>
    public static RgbImage Draw(RgbImage image, ReadOnlySpan<float> map)
    {
        var pixels = new byte[image.Pixels.Length];
        for (var pixel = 0; pixel < map.Length; pixel++)
        {
            var place = 3 * pixel;
            var grey = (image.Pixels[place] + image.Pixels[place + 1] + image.Pixels[place + 2]) / 3.0;
            var strength = Math.Clamp(map[pixel], 0, 1);
            var (red, green, blue) = ColourOf(strength);
            (pixels[place], pixels[place + 1], pixels[place + 2]) = (Mix(grey, red, Opacity * strength), Mix(grey, green, Opacity * strength), Mix(grey, blue, Opacity * strength));
        }

        return image with { Pixels = pixels };
    }

    private static (double, double, double) ColourOf(float strength)
    {
        var place = strength * (Ramp.Length - 1);
        var below = Math.Min((int)place, Ramp.Length - 2);
        var (from, to, share) = (Ramp[below], Ramp[below + 1], place - below);
        return (from.Red + (to.Red - from.Red) * share, from.Green + (to.Green - from.Green) * share, from.Blue + (to.Blue - from.Blue) * share);
    }

    private static byte Mix(double from, double to, double share) => (byte)Math.Round(from + (to - from) * share);
}
