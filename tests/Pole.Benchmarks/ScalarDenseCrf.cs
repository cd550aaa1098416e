using System.Numerics.Tensors;
using Pole.Pipeline.Refinement;

namespace Pole.Benchmarks;

/// <summary>The dense CRF as it was before <see cref="DenseCrf"/> worked on labels in vectors: one label at a time, lattice keys as lists of numbers. What its speed is measured against.</summary>
internal static class ScalarDenseCrf
{
    private const float Tiny = 1e-20f;
    private const int Colours = 3;

    /// <summary>Refines probabilities.</summary>
    /// <param name="probabilities">Labels × pixels, each above 0.</param>
    /// <returns>Marginals, pixels × labels.</returns>
    public static float[] FromProbabilities(RgbImage image, ReadOnlySpan<float> probabilities, int count, DenseCrfOptions options)
    {
        var pixels = probabilities.Length / count;
        var energies = new float[probabilities.Length];
        for (var label = 0; label < count; label++)
        for (var pixel = 0; pixel < pixels; pixel++) energies[pixel * count + label] = -MathF.Log(probabilities[label * pixels + pixel]);
        return Infer(image, energies, count, options);
    }

    /// <param name="energies">Negative logarithms of the unary probabilities, pixels × labels.</param>
    private static float[] Infer(RgbImage image, float[] energies, int count, DenseCrfOptions options)
    {
        var kernels = new List<Kernel>();
        if (options.PositionWeight > 0) kernels.Add(new Kernel(Positions(image, options.PositionDeviation), 2, options.PositionWeight));
        if (options.BilateralWeight > 0) kernels.Add(new Kernel(Appearance(image, options.BilateralPositionDeviation, options.BilateralColourDeviation), 2 + Colours, options.BilateralWeight));

        var (marginals, scores, message) = (new float[energies.Length], new float[energies.Length], new float[energies.Length]);
        TensorPrimitives.Negate(energies, scores);
        Normalise(scores, marginals, count);
        for (var iteration = 0; iteration < options.Iterations; iteration++)
        {
            TensorPrimitives.Negate(energies, scores);
            foreach (var kernel in kernels)
            {
                kernel.Send(marginals, message, count);
                TensorPrimitives.MultiplyAdd(message, kernel.Weight, scores, scores);
            }

            Normalise(scores, marginals, count);
        }

        return marginals;
    }

    private static void Normalise(ReadOnlySpan<float> scores, Span<float> marginals, int count)
    {
        for (var pixel = 0; pixel < scores.Length; pixel += count) TensorPrimitives.SoftMax(scores.Slice(pixel, count), marginals.Slice(pixel, count));
    }

    private static float[] Positions(RgbImage image, double deviation)
    {
        var features = new float[image.Width * image.Height * 2];
        for (var pixel = 0; pixel < features.Length / 2; pixel++)
            (features[pixel * 2], features[pixel * 2 + 1]) = (pixel % image.Width / (float)deviation, pixel / image.Width / (float)deviation);
        return features;
    }

    private static float[] Appearance(RgbImage image, double position, double colour)
    {
        const int size = 2 + Colours;
        var features = new float[image.Width * image.Height * size];
        for (var pixel = 0; pixel < features.Length / size; pixel++)
        {
            (features[pixel * size], features[pixel * size + 1]) = (pixel % image.Width / (float)position, pixel / image.Width / (float)position);
            for (var channel = 0; channel < Colours; channel++) features[pixel * size + 2 + channel] = image.Pixels[pixel * Colours + channel] / (float)colour;
        }

        return features;
    }

    /// <summary>A Gaussian kernel, normalised on both sides by the root of its row sums.</summary>
    private sealed class Kernel
    {
        private readonly ScalarPermutohedralLattice lattice;
        private readonly float[] normalisation;
        private float[] scaled = [];

        public Kernel(float[] features, int dimensions, double weight)
        {
            Weight = (float)weight;
            lattice = new ScalarPermutohedralLattice(features, dimensions);
            var ones = new float[features.Length / dimensions];
            normalisation = new float[ones.Length];
            Array.Fill(ones, 1);
            lattice.Filter(ones, normalisation, 1);
            for (var pixel = 0; pixel < normalisation.Length; pixel++) normalisation[pixel] = 1 / MathF.Sqrt(normalisation[pixel] + Tiny);
        }

        public float Weight { get; }

        public void Send(ReadOnlySpan<float> marginals, Span<float> message, int count)
        {
            if (scaled.Length != marginals.Length) scaled = new float[marginals.Length];
            for (var pixel = 0; pixel < normalisation.Length; pixel++) TensorPrimitives.Multiply(marginals.Slice(pixel * count, count), normalisation[pixel], scaled.AsSpan(pixel * count, count));
            lattice.Filter(scaled, message, count);
            for (var pixel = 0; pixel < normalisation.Length; pixel++)
            {
                var row = message.Slice(pixel * count, count);
                TensorPrimitives.Multiply(row, normalisation[pixel], row);
            }
        }
    }
}
