using System.Globalization;

namespace Pole.Data.Imaging;

/// <summary>A label map over its image, half of each where a class is.</summary>
/// <param name="colors">Of labels, where a class has one of its own; others have that of the VOC palette.</param>
public sealed class LabelOverlay(IReadOnlyDictionary<byte, (byte Red, byte Green, byte Blue)> colors)
{
    /// <summary>In the colours that the file of a data set's classes gives.</summary>
    public static LabelOverlay Of(IModuleOptions<IDataset> dataset) => new(DatasetClasses.FileOf(dataset) is not { } file ? new Dictionary<byte, (byte, byte, byte)>()
        : file.Classes.Index().Where(entry => file.Colors.ContainsKey(entry.Item)).ToDictionary(entry => (byte)(entry.Index + 1), entry => Parse(file.Colors[entry.Item])));

    public RgbImage Draw(RgbImage image, LabelMap map)
    {
        map.RequireSize(image.Width, image.Height, "its image");
        var pixels = image.Pixels.ToArray();
        for (var pixel = 0; pixel < map.Labels.Length; pixel++)
        {
            var label = map.Labels[pixel];
            if (label is 0 or LabelMap.Ignored) continue;
            var (red, green, blue) = colors.TryGetValue(label, out var own) ? own : VocPalette.ColourOf(label);
            var place = 3 * pixel;
            (pixels[place], pixels[place + 1], pixels[place + 2]) = ((byte)((pixels[place] + red) / 2), (byte)((pixels[place + 1] + green) / 2), (byte)((pixels[place + 2] + blue) / 2));
        }

        return new RgbImage(image.Width, image.Height, pixels);
    }

    /// <param name="color"><c>#rrggbb</c>, checked by the build.</param>
    private static (byte, byte, byte) Parse(string color) => (Channel(color[1..3]), Channel(color[3..5]), Channel(color[5..7]));

    private static byte Channel(string digits) => byte.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
