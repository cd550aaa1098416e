namespace Pole.Pipeline.Tests;

/// <summary>Pixel-adaptive refinement as its formula stands, pixel by pixel and neighbour by neighbour.</summary>
internal static class NaivePixelAdaptive
{
    /// <param name="masks">Masks × pixels.</param>
    public static float[] Refine(RgbImage image, float[] masks, int count, PixelAdaptiveOptions options)
    {
        var (pixels, steps) = (image.Width * image.Height, Steps(options));
        var weights = Enumerable.Range(0, pixels).Select(pixel => Weights(image, pixel, steps, options)).ToList();
        var current = masks;
        for (var iteration = 0; iteration < options.Iterations; iteration++)
        {
            var before = current;
            current = [.. Enumerable.Range(0, count * pixels).Select(place => steps.Select((step, index) => weights[place % pixels][index] * before[place / pixels * pixels + Neighbour(image, place % pixels, step)]).Sum())];
        }

        return current;
    }

    private static List<(int Row, int Column)> Steps(PixelAdaptiveOptions options) =>
        [.. options.Dilations.SelectMany(dilation => new[] { (-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1) }.Select(step => (step.Item1 * dilation, step.Item2 * dilation)))];

    private static int Neighbour(RgbImage image, int pixel, (int Row, int Column) step) =>
        Math.Clamp(pixel / image.Width + step.Row, 0, image.Height - 1) * image.Width + Math.Clamp(pixel % image.Width + step.Column, 0, image.Width - 1);

    private static float[] Weights(RgbImage image, int pixel, List<(int Row, int Column)> steps, PixelAdaptiveOptions options)
    {
        var scale = (float)options.ColourScale;
        var colour = new float[steps.Count];
        for (var channel = 0; channel < 3; channel++)
        {
            var values = steps.Select(step => (float)image.Pixels[Neighbour(image, pixel, step) * 3 + channel]).ToArray();
            var (deviation, own) = (Deviation(values), image.Pixels[pixel * 3 + channel]);
            for (var index = 0; index < values.Length; index++) colour[index] -= MathF.Pow(MathF.Abs(values[index] - own) / (deviation + 1e-8f) / scale, 2) / 3;
        }

        var distances = steps.Select(step => MathF.Max(Math.Abs(step.Row), Math.Abs(step.Column)) * (step.Row != 0 && step.Column != 0 ? MathF.Sqrt(2) : 1)).ToArray();
        var spread = Deviation(distances) + 1e-8f;
        var position = distances.Select(distance => -MathF.Pow(distance / spread / scale, 2)).ToArray();
        return [.. Softmax(colour).Zip(Softmax(position), (one, other) => one + (float)options.PositionWeight * other)];
    }

    /// <summary>Of a sample: over the number of values less one.</summary>
    private static float Deviation(float[] values)
    {
        var mean = values.Average();
        return MathF.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }

    private static float[] Softmax(float[] exponents)
    {
        var largest = exponents.Max();
        var powers = exponents.Select(exponent => MathF.Exp(exponent - largest)).ToArray();
        var sum = powers.Sum();
        return [.. powers.Select(power => power / sum)];
    }
}
