using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Prompts.Describing;

/// <summary>K-means with the seeding of k-means++ (Arthur and Vassilvitskii 2007), in 64 bits. Its draws are not those of scikit-learn, so that its centres are not either.</summary>
internal static class KMeans
{
    private const int MostRounds = 300;

    /// <param name="points"><c>[n, D]</c>.</param>
    /// <param name="count">K, 1 to n.</param>
    /// <returns>float32 <c>[K, D]</c>, means of their points, none of them empty.</returns>
    public static Tensor Centres(Tensor points, int count, int seed)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var all = points.detach().cpu().to(ScalarType.Float64);
        if (count < 1 || count > all.shape[0]) throw new ArgumentOutOfRangeException(nameof(count), count, $"{all.shape[0]} points");
        var (centres, assigned) = (Seeds(all, count, new Random(seed)), Array.Empty<long>());
        for (var round = 0; round < MostRounds; round++)
        {
            using var roundScope = NewDisposeScope();
            var distances = Distances(all, centres);
            long[] nearest = [.. distances.argmin(1).data<long>()];
            TakeEmpty(nearest, [.. distances.amin([1L]).data<double>()], count);
            if (nearest.SequenceEqual(assigned)) break;
            assigned = nearest;
            var members = nn.functional.one_hot(tensor(nearest, device: CPU), count).to(ScalarType.Float64);
            centres = (members.t().matmul(all) / members.sum([0L]).unsqueeze(1)).MoveToOuterDisposeScope();
        }

        return centres.to(ScalarType.Float32).to(points.device).MoveToOuterDisposeScope();
    }

    /// <summary>Points that are drawn one after the other, each by the square of its distance to those before.</summary>
    private static Tensor Seeds(Tensor points, int count, Random random)
    {
        using var scope = NewDisposeScope();
        List<long> drawn = [random.NextInt64(points.shape[0])];
        while (drawn.Count < count)
        {
            using var drawScope = NewDisposeScope();
            var least = Distances(points, points.index_select(0, tensor(drawn.ToArray(), device: CPU))).amin([1L]).data<double>().ToArray();
            foreach (var point in drawn) least[point] = 0;
            drawn.Add(Draw(least, drawn, random));
        }

        return points.index_select(0, tensor(drawn.ToArray(), device: CPU)).MoveToOuterDisposeScope();
    }

    private static long Draw(double[] weights, List<long> drawn, Random random)
    {
        var left = random.NextDouble() * weights.Sum();
        var last = -1L;
        for (var point = 0; point < weights.Length; point++)
        {
            if (weights[point] <= 0) continue;
            last = point;
            if ((left -= weights[point]) < 0) break;
        }

        // Points that are equal to drawn ones have no weight.
        return last >= 0 ? last : Enumerable.Range(0, weights.Length).Select(point => (long)point).First(point => !drawn.Contains(point));
    }

    /// <summary>A centre without points takes the farthest point of a centre that has others.</summary>
    private static void TakeEmpty(long[] nearest, double[] distances, int count)
    {
        var sizes = new int[count];
        foreach (var centre in nearest) sizes[centre]++;
        for (var centre = 0; centre < count; centre++)
        {
            if (sizes[centre] > 0) continue;
            var farthest = Enumerable.Range(0, nearest.Length).Where(point => sizes[nearest[point]] > 1).MaxBy(point => distances[point]);
            sizes[nearest[farthest]]--;
            (nearest[farthest], distances[farthest], sizes[centre]) = (centre, 0, 1);
        }
    }

    /// <returns>Squares, <c>[n, K]</c>.</returns>
    private static Tensor Distances(Tensor points, Tensor centres) => (points.square().sum([1L], keepdim: true) - points.matmul(centres.t()) * 2 + centres.square().sum([1L])).clamp_min(0);
}
