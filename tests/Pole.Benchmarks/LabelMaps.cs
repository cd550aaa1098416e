namespace Pole.Benchmarks;

/// <summary>Label maps and CAMs in large areas, as those of photographs.</summary>
internal static class LabelMaps
{
    /// <param name="shift">Columns that everything is moved by.</param>
    public static LabelMap Smooth(int width, int height, int labels, int shift) => new(width, height, Draw(width, height, labels, shift));

    /// <summary>A smooth map in which every tenth pixel has any label.</summary>
    public static LabelMap Noisy(int width, int height, int labels, int shift)
    {
        var (random, pixels) = (new Random(1), Draw(width, height, labels, shift));
        for (var pixel = 0; pixel < pixels.Length; pixel++)
            if (random.Next(10) == 0) pixels[pixel] = (byte)random.Next(labels);
        return new LabelMap(width, height, pixels);
    }

    /// <summary>Hills, one a map, with some noise: 0…1, maps × pixels.</summary>
    public static float[] Cams(int width, int height, int maps)
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, maps * width * height).Select(index => Hill(index % width, index / width % height, index / (width * height)))];

        float Hill(int column, int row, int map)
        {
            var (x, y) = (column / (float)width - (map + 1f) / (maps + 1), row / (float)height - 0.5f);
            return Math.Clamp(1 - 6 * (x * x + y * y) + 0.05f * random.NextSingle(), 0, 1);
        }
    }

    private static byte[] Draw(int width, int height, int labels, int shift) =>
        [.. Enumerable.Range(0, width * height).Select(pixel => (byte)(((pixel % width + shift) * 6 / width + pixel / width * 4 / height) % Math.Min(labels, 5)))];
}
