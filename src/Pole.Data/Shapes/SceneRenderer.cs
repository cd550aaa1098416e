namespace Pole.Data.Shapes;

/// <summary>Turns a scene into an image and its exact label map. Additions, products, quotients and floors only: the same bytes on every machine.</summary>
internal static class SceneRenderer
{
    /// <summary>Colours are the mean of a 2 × 2 grid per pixel.</summary>
    private static readonly double[] SubPixels = [0.25, 0.75];

    public static RgbImage RenderImage(Scene scene, int side, int noiseStream)
    {
        var pixels = new byte[side * side * 3];
        var noise = RenderRandom.For(noiseStream, 7, side);
        for (var row = 0; row < side; row++)
        for (var column = 0; column < side; column++)
        {
            double red = 0, green = 0, blue = 0;
            foreach (var v in SubPixels)
            foreach (var u in SubPixels)
            {
                var colour = ColourAt(scene, (column + u) / side, (row + v) / side);
                (red, green, blue) = (red + colour.Red, green + colour.Green, blue + colour.Blue);
            }

            var scale = scene.Light / (SubPixels.Length * SubPixels.Length);
            var offset = (row * side + column) * 3;
            pixels[offset] = ToByte(red * scale + noise.Between(-0.03, 0.03));
            pixels[offset + 1] = ToByte(green * scale + noise.Between(-0.03, 0.03));
            pixels[offset + 2] = ToByte(blue * scale + noise.Between(-0.03, 0.03));
        }

        return new RgbImage(side, side, pixels);
    }

    /// <summary>Label of the object in front at each pixel's centre.</summary>
    public static LabelMap RenderLabels(Scene scene, int side, IReadOnlyList<string> classes)
    {
        var labels = new byte[side * side];
        var labelOf = classes.Select((name, index) => (name, index)).ToDictionary(entry => entry.name, entry => (byte)(entry.index + 1));
        for (var row = 0; row < side; row++)
        for (var column = 0; column < side; column++)
            if (Front(scene, (column + 0.5) / side, (row + 0.5) / side) is ({ } seen, _)) labels[row * side + column] = labelOf[seen.Variant.Class];
        return new LabelMap(side, side, labels);
    }

    /// <summary>Index of the object in front at each pixel's centre, −1 for the scenery.</summary>
    public static int[] RenderFront(Scene scene, int side)
    {
        var objects = scene.Objects.ToList();
        return [.. Enumerable.Range(0, side * side).Select(pixel => Front(scene, (pixel % side + 0.5) / side, (pixel / side + 0.5) / side) is ({ } seen, _) ? objects.FindIndex(placed => ReferenceEquals(placed, seen)) : -1)];
    }

    private static Colour ColourAt(Scene scene, double x, double y)
    {
        if (Front(scene, x, y) is ({ } seen, var part))
        {
            var (u, v) = seen.ToObject(x, y);
            return seen.Paints[part].At(u, v);
        }

        var ground = scene.Ground.At(x, y);
        if (scene.Marks is not { } marks) return ground;
        var along = marks.Texture == Texture.Stripes ? y : x;
        var phase = along / marks.Period - Math.Floor(along / marks.Period);
        return phase < 0.22 ? Colour.Mix(ground, marks.First, 0.7) : ground;
    }

    private static (PlacedObject? Seen, int Part) Front(Scene scene, double x, double y)
    {
        for (var index = scene.Objects.Count - 1; index >= 0; index--)
        {
            var placed = scene.Objects[index];
            var (u, v) = placed.ToObject(x, y);
            if (u is < -1.3 or > 1.3 || v is < -1.3 or > 1.3) continue;
            for (var part = placed.Variant.Parts.Count - 1; part >= 0; part--)
                if (placed.Variant.Parts[part].Outline.Contains(u, v)) return (placed, part);
        }

        return (null, 0);
    }

    private static byte ToByte(double value) => (byte)(Math.Clamp(value, 0, 1) * 255 + 0.5);
}
