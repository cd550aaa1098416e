namespace Pole.Data.Imaging;

/// <summary>
/// Resizing as Pillow does it (python-pillow/Pillow, src/libImaging/Resample.c): 8-bit fixed point, one pass along rows and one
/// along columns, the kernel widened when shrinking. torch's bicubic interpolation is another one (a = −0.75, not widened).
/// </summary>
public static class PilResize
{
    private const double BicubicCoefficient = -0.5;
    private const double BicubicSupport = 2;
    private const int PrecisionBits = 32 - 8 - 2;
    private const int Channels = 3;

    /// <summary>Bicubic; both sides in pixels.</summary>
    public static RgbImage Bicubic(RgbImage image, int width, int height)
    {
        if ((long)Math.Max(width, image.Width) * Math.Max(height, image.Height) * Channels > int.MaxValue)
            throw new ExperimentException($"an image of {image.Width}×{image.Height} pixels cannot be resized to {width}×{height}: it is too narrow");
        var rows = width == image.Width ? image : new RgbImage(width, image.Height, AlongRows(image, new Kernel(image.Width, width)));
        return height == rows.Height ? rows : new RgbImage(width, height, AlongColumns(rows, new Kernel(rows.Height, height)));
    }

    /// <summary>Bicubic to both sides times a factor, rounded half to even (CVI-SZU/CLIMS, misc/imutils.py, pil_rescale).</summary>
    public static RgbImage Rescale(RgbImage image, double factor) => Bicubic(image, Scaled(image.Width, factor), Scaled(image.Height, factor));

    /// <summary>Width and height of what <see cref="Rescale(RgbImage, double)"/> gives, in pixels.</summary>
    public static (int Width, int Height) RescaledSize(RgbImage image, double factor) => (Scaled(image.Width, factor), Scaled(image.Height, factor));

    /// <summary>Labels of the nearest pixels, both sides times a factor.</summary>
    public static LabelMap Rescale(LabelMap map, double factor)
    {
        var (width, height) = (Scaled(map.Width, factor), Scaled(map.Height, factor));
        var labels = new byte[width * height];
        for (var row = 0; row < height; row++)
        for (var column = 0; column < width; column++)
            labels[row * width + column] = map.Labels[Nearest(row, height, map.Height) * map.Width + Nearest(column, width, map.Width)];
        return new LabelMap(width, height, labels);
    }

    /// <summary>Labels of the nearest pixels, as Pillow's resize finds them (src/libImaging/Geometry.c, ImagingScaleAffine): places are added up, so that a tie may fall to either side.</summary>
    public static LabelMap Nearest(LabelMap map, int width, int height)
    {
        var (rows, columns, labels) = (NearestPlaces(map.Height, height), NearestPlaces(map.Width, width), new byte[width * height]);
        for (var row = 0; row < height; row++)
        for (var column = 0; column < width; column++)
            labels[row * width + column] = map.Labels[rows[row] * map.Width + columns[column]];
        return new LabelMap(width, height, labels);
    }

    private static int[] NearestPlaces(int sourceSize, int size)
    {
        var (places, step) = (new int[size], (double)sourceSize / size);
        var position = step * 0.5;
        for (var place = 0; place < size; place++, position += step) places[place] = Math.Min(sourceSize - 1, (int)position);
        return places;
    }

    private static int Scaled(int side, double factor) => Math.Max(1, (int)Math.Round(side * factor, MidpointRounding.ToEven));

    private static int Nearest(int place, int size, int sourceSize) => Math.Min(sourceSize - 1, (int)((place + 0.5) * sourceSize / size));

    private static byte[] AlongRows(RgbImage image, Kernel kernel)
    {
        var result = new byte[kernel.Size * image.Height * Channels];
        for (var row = 0; row < image.Height; row++)
        {
            var source = image.Pixels.AsSpan(row * image.Width * Channels, image.Width * Channels);
            var target = result.AsSpan(row * kernel.Size * Channels, kernel.Size * Channels);
            for (var column = 0; column < kernel.Size; column++)
            {
                var weights = kernel.Weights(column);
                var from = kernel.First(column) * Channels;
                int red = Half, green = Half, blue = Half;
                foreach (var weight in weights)
                {
                    red += source[from] * weight;
                    green += source[from + 1] * weight;
                    blue += source[from + 2] * weight;
                    from += Channels;
                }

                target[column * Channels] = Clip(red);
                target[column * Channels + 1] = Clip(green);
                target[column * Channels + 2] = Clip(blue);
            }
        }

        return result;
    }

    private static byte[] AlongColumns(RgbImage image, Kernel kernel)
    {
        var stride = image.Width * Channels;
        var result = new byte[stride * kernel.Size];
        var sums = new int[stride];
        for (var row = 0; row < kernel.Size; row++)
        {
            Array.Fill(sums, Half);
            var from = kernel.First(row);
            foreach (var weight in kernel.Weights(row))
            {
                var source = image.Pixels.AsSpan(from++ * stride, stride);
                for (var index = 0; index < sums.Length; index++) sums[index] += source[index] * weight;
            }

            var target = result.AsSpan(row * stride, stride);
            for (var index = 0; index < sums.Length; index++) target[index] = Clip(sums[index]);
        }

        return result;
    }

    private const int Half = 1 << (PrecisionBits - 1);

    private static byte Clip(int sum) => (byte)Math.Clamp(sum >> PrecisionBits, 0, 255);

    /// <summary>For each place of the result, the source pixels that it is made of and their weights in fixed point.</summary>
    private sealed class Kernel
    {
        private readonly int[] weights;
        private readonly (int First, int Count)[] ranges;
        private readonly int longest;

        public Kernel(int sourceSize, int size)
        {
            Size = size;
            var scale = (double)sourceSize / size;
            var filterScale = Math.Max(scale, 1);
            var support = BicubicSupport * filterScale;
            longest = (int)Math.Ceiling(support) * 2 + 1;
            weights = new int[size * longest];
            ranges = new (int, int)[size];
            var values = new double[longest];
            for (var place = 0; place < size; place++)
            {
                var center = (place + 0.5) * scale;
                var first = Math.Max(0, (int)(center - support + 0.5));
                var count = Math.Min(sourceSize, (int)(center + support + 0.5)) - first;
                double sum = 0;
                for (var index = 0; index < count; index++) sum += values[index] = Bicubic((index + first - center + 0.5) / filterScale);
                for (var index = 0; index < count; index++) weights[place * longest + index] = ToFixed(sum == 0 ? values[index] : values[index] / sum);
                ranges[place] = (first, count);
            }
        }

        public int Size { get; }

        public int First(int place) => ranges[place].First;

        public ReadOnlySpan<int> Weights(int place) => weights.AsSpan(place * longest, ranges[place].Count);

        private static int ToFixed(double weight) => (int)(weight * (1 << PrecisionBits) + (weight < 0 ? -0.5 : 0.5));

        private static double Bicubic(double x)
        {
            x = Math.Abs(x);
            return x < 1 ? ((BicubicCoefficient + 2) * x - (BicubicCoefficient + 3)) * x * x + 1 : x < 2 ? (((x - 5) * x + 8) * x - 4) * BicubicCoefficient : 0;
        }
    }
}
