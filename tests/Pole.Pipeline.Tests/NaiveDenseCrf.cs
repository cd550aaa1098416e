namespace Pole.Pipeline.Tests;

/// <summary>
/// The dense CRF on the permutohedral lattice (Adams, Baek, Davis 2010), one number at a time: vertices are lists of coordinates in a dictionary, of any size.
/// </summary>
internal static class NaiveDenseCrf
{
    /// <param name="probabilities">Labels × pixels.</param>
    /// <returns>Marginals, pixels × labels.</returns>
    public static float[] Infer(RgbImage image, float[] probabilities, int labels, DenseCrfOptions options)
    {
        var pixels = image.Width * image.Height;
        var (positions, colours) = ((float)options.BilateralPositionDeviation, (float)options.BilateralColourDeviation);
        var kernels = new List<(Lattice Lattice, float Weight)>();
        if (options.PositionWeight > 0) kernels.Add((new Lattice([.. Enumerable.Range(0, pixels).Select(pixel => Position(pixel, (float)options.PositionDeviation))]), (float)options.PositionWeight));
        if (options.BilateralWeight > 0) kernels.Add((new Lattice([.. Enumerable.Range(0, pixels).Select(pixel => (float[])[.. Position(pixel, positions), .. image.Pixels[(pixel * 3)..(pixel * 3 + 3)].Select(value => value / colours)])]), (float)options.BilateralWeight));
        var unary = Enumerable.Range(0, pixels).Select(pixel => Enumerable.Range(0, labels).Select(label => MathF.Log(probabilities[label * pixels + pixel])).ToArray()).ToArray();
        var marginals = unary.Select(SoftMax).ToArray();
        for (var iteration = 0; iteration < options.Iterations; iteration++)
        {
            var messages = kernels.Select(kernel => kernel.Lattice.Normalised(marginals)).ToList();
            marginals = [.. Enumerable.Range(0, pixels).Select(pixel => SoftMax([.. Enumerable.Range(0, labels).Select(label => unary[pixel][label] + kernels.Select((kernel, index) => kernel.Weight * messages[index][pixel][label]).Sum())]))];
        }

        return [.. marginals.SelectMany(row => row)];

        float[] Position(int pixel, float deviation) => [pixel % image.Width / deviation, pixel / image.Width / deviation];
    }

    private static float[] SoftMax(float[] scores)
    {
        var exponentials = scores.Select(score => MathF.Exp(score - scores.Max())).ToArray();
        return [.. exponentials.Select(value => value / exponentials.Sum())];
    }

    private sealed class Lattice
    {
        private readonly int d;
        private readonly List<int[]> keys = [];
        private readonly Dictionary<string, int> vertices = [];
        private readonly List<(int Vertex, float Weight)[]> points;
        private readonly (int Before, int After)[][] neighbours;
        private readonly float[] factors;

        public Lattice(IReadOnlyList<float[]> features)
        {
            d = features[0].Length;
            points = [.. features.Select(Simplex)];
            neighbours = [.. Enumerable.Range(0, d + 1).Select(axis => keys.Select(key => (Neighbour(key, axis, -1), Neighbour(key, axis, 1))).ToArray())];
            factors = [.. Filter([.. features.Select(_ => new[] { 1f })]).Select(row => 1 / MathF.Sqrt(row[0] + 1e-20f))];
        }

        public float[][] Normalised(float[][] values) =>
            [.. Filter([.. values.Select((row, point) => row.Select(value => value * factors[point]).ToArray())]).Select((row, point) => row.Select(value => value * factors[point]).ToArray())];

        private float[][] Filter(float[][] values)
        {
            var labels = values[0].Length;
            var current = keys.Select(_ => new float[labels]).ToArray();
            for (var point = 0; point < points.Count; point++)
                foreach (var (vertex, weight) in points[point])
                    for (var label = 0; label < labels; label++) current[vertex][label] += weight * values[point][label];
            foreach (var axis in neighbours)
                current = [.. axis.Select((near, own) => Enumerable.Range(0, labels).Select(label => current[own][label] + 0.5f * (Value(current, near.Before, label) + Value(current, near.After, label))).ToArray())];
            var alpha = 1 / (1 + MathF.Pow(2, -d));
            return [.. points.Select(corners => Enumerable.Range(0, labels).Select(label => corners.Select(corner => alpha * corner.Weight * current[corner.Vertex][label]).Sum()).ToArray())];
        }

        private static float Value(float[][] values, int vertex, int label) => vertex < 0 ? 0 : values[vertex][label];

        /// <summary>One step along an axis: that coordinate by d, the others by one the other way.</summary>
        private int Neighbour(int[] key, int axis, int sign) => vertices.GetValueOrDefault(string.Join(' ', key.Select((coordinate, other) => coordinate + sign * (other == axis ? -d : 1))), -1);

        private (int Vertex, float Weight)[] Simplex(float[] feature)
        {
            var spread = MathF.Sqrt(2f / 3) * (d + 1);
            var scaled = feature.Select((value, axis) => value * (spread / MathF.Sqrt((axis + 2) * (axis + 1)))).ToArray();
            var elevated = new float[d + 1];
            for (var axis = d; axis > 0; axis--) (elevated[axis], elevated[0]) = (elevated[0] - axis * scaled[axis - 1], elevated[0] + scaled[axis - 1]);
            var nearest = elevated.Select(value => (int)MathF.Round(value / (d + 1)) * (d + 1)).ToArray();
            var excess = nearest.Sum() / (d + 1);
            var differences = elevated.Select((value, axis) => value - nearest[axis]).ToArray();
            var ranks = differences.Select((own, axis) => differences.Where((other, index) => index < axis ? other >= own : index > axis && other > own).Count() + excess).ToArray();
            for (var axis = 0; axis <= d; axis++)
            {
                var turn = ranks[axis] < 0 ? d + 1 : ranks[axis] > d ? -(d + 1) : 0;
                (ranks[axis], nearest[axis]) = (ranks[axis] + turn, nearest[axis] + turn);
            }

            var byRank = Enumerable.Range(0, d + 1).Select(rank => Array.IndexOf(ranks, rank)).Select(axis => (elevated[axis] - nearest[axis]) / (d + 1)).ToArray();
            return
            [
                .. Enumerable.Range(0, d + 1).Select(corner => (Vertex([.. nearest[..d].Select((coordinate, axis) => coordinate + (ranks[axis] <= d - corner ? corner : corner - (d + 1)))]),
                    corner == 0 ? byRank[d] + (1 - byRank[0]) : byRank[d - corner] - byRank[d - corner + 1])),
            ];
        }

        private int Vertex(int[] key)
        {
            if (vertices.TryAdd(string.Join(' ', key), keys.Count)) keys.Add(key);
            return vertices[string.Join(' ', key)];
        }
    }
}
