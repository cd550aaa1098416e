namespace Pole.Pipeline.Tests;

/// <summary>The dense CRF over all pairs of pixels, with the same kernels, normalisation and compatibility: what the lattice approximates.</summary>
internal static class ExactMeanField
{
    /// <param name="probabilities">Labels × pixels.</param>
    /// <returns>Marginals, pixels × labels.</returns>
    public static float[] Infer(RgbImage image, float[] probabilities, int labels, DenseCrfOptions options)
    {
        var count = image.Width * image.Height;
        double[][] kernels =
        [
            Kernel((one, other) => Square(one, other, image.Width) / (options.PositionDeviation * options.PositionDeviation)),
            Kernel((one, other) => Square(one, other, image.Width) / (options.BilateralPositionDeviation * options.BilateralPositionDeviation)
                + Enumerable.Range(0, 3).Sum(channel => Math.Pow(image.Pixels[one * 3 + channel] - image.Pixels[other * 3 + channel], 2)) / (options.BilateralColourDeviation * options.BilateralColourDeviation)),
        ];
        double[] weights = [options.PositionWeight, options.BilateralWeight];
        var marginals = Enumerable.Range(0, count * labels).Select(index => (double)probabilities[index % labels * count + index / labels]).ToArray();
        for (var iteration = 0; iteration < options.Iterations; iteration++)
        {
            var next = new double[marginals.Length];
            for (var pixel = 0; pixel < count; pixel++)
            {
                for (var label = 0; label < labels; label++)
                {
                    next[pixel * labels + label] = Math.Log(probabilities[label * count + pixel]);
                    for (var kernel = 0; kernel < 2; kernel++)
                    for (var other = 0; other < count; other++) next[pixel * labels + label] += weights[kernel] * kernels[kernel][pixel * count + other] * marginals[other * labels + label];
                }

                var most = Enumerable.Range(0, labels).Max(label => next[pixel * labels + label]);
                var sum = Enumerable.Range(0, labels).Sum(label => Math.Exp(next[pixel * labels + label] - most));
                for (var label = 0; label < labels; label++) next[pixel * labels + label] = Math.Exp(next[pixel * labels + label] - most) / sum;
            }

            marginals = next;
        }

        return [.. marginals.Select(value => (float)value)];

        double[] Kernel(Func<int, int, double> distance)
        {
            var values = new double[count * count];
            for (var one = 0; one < count; one++)
            for (var other = 0; other < count; other++) values[one * count + other] = Math.Exp(-0.5 * distance(one, other));
            var roots = Enumerable.Range(0, count).Select(one => Math.Sqrt(Enumerable.Range(0, count).Sum(other => values[one * count + other]))).ToArray();
            for (var one = 0; one < count; one++)
            for (var other = 0; other < count; other++) values[one * count + other] /= roots[one] * roots[other];
            return values;
        }
    }

    private static double Square(int one, int other, int width) => Math.Pow(one % width - other % width, 2) + Math.Pow(one / width - other / width, 2);
}
