using Pole.Data.Imaging;

namespace Pole.Data.Augmentations;

/// <summary>Draws colours (pytorch/vision, transforms.ColorJitter): a factor for each range above 0, then the order in which they are applied.</summary>
internal static class ColourJitter
{
    /// <returns>An image of its own, or the given one where no range is above 0.</returns>
    public static RgbImage Apply(RgbImage image, ColourJitterOptions ranges, Random random)
    {
        var adjustments = new List<(Func<RgbImage, double, RgbImage> Adjust, double Factor)>();
        if (ranges.Brightness > 0) adjustments.Add((ColourAdjustment.Brightness, Factor(ranges.Brightness, random)));
        if (ranges.Contrast > 0) adjustments.Add((ColourAdjustment.Contrast, Factor(ranges.Contrast, random)));
        if (ranges.Saturation > 0) adjustments.Add((ColourAdjustment.Saturation, Factor(ranges.Saturation, random)));
        if (ranges.Hue > 0) adjustments.Add((ColourAdjustment.Hue, Between(-ranges.Hue, ranges.Hue, random)));
        var order = adjustments.ToArray();
        random.Shuffle(order);
        return order.Aggregate(image, (colours, adjustment) => adjustment.Adjust(colours, adjustment.Factor));
    }

    private static double Factor(double range, Random random) => Between(Math.Max(0, 1 - range), 1 + range, random);

    private static double Between(double from, double to, Random random) => from + random.NextDouble() * (to - from);
}
