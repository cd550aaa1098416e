using Pole.Pipeline.Evaluation;

namespace Pole.Runner.Comparing;

/// <summary>How much one mIoU is above another.</summary>
/// <param name="Mean">On the images as they are, −1…1.</param>
/// <param name="Low">2.5th percentile over resampled images.</param>
/// <param name="High">97.5th percentile.</param>
/// <param name="Probability">Two-sided p: twice the share of resamples on the rarer side of 0.</param>
internal sealed record ScoreDifference(double Mean, double Low, double High, double Probability);

/// <summary>
/// Whether two experiments differ on images like these: both are scored on the same images drawn with replacement, many times (Efron and Tibshirani 1993,
/// chapter 16; for mIoU the counts of the drawn images are summed before the ratio). An experiment with several seeds is scored by the mean over them, so
/// what is tested is the images, not the seeds.
/// </summary>
internal static class PairedBootstrap
{
    public const int Resamples = 10_000;

    private const double Tail = 0.025;

    /// <param name="one">Per seed, the images in one order.</param>
    /// <param name="other">The same for what it is compared with.</param>
    /// <returns>Null where the images are not the same.</returns>
    public static ScoreDifference? Compare(IReadOnlyList<IReadOnlyList<ImageScore>> one, IReadOnlyList<IReadOnlyList<ImageScore>> other, int resamples = Resamples)
    {
        var images = one[0].Select(score => score.Image).ToList();
        if (images.Count == 0 || one.Concat(other).Any(seed => !seed.Select(score => score.Image).SequenceEqual(images))) return null;

        var labels = one.Concat(other).SelectMany(seed => seed).SelectMany(score => score.Labels).DefaultIfEmpty(0).Max() + 1;
        var (first, second) = (one.Select(seed => Counts.Of(seed, labels)).ToList(), other.Select(seed => Counts.Of(seed, labels)).ToList());
        var all = Enumerable.Repeat(1, images.Count).ToArray();
        var differences = new double[resamples];
        Parallel.For(0, resamples, resample =>
        {
            // A seed of its own for each keeps the result the same on any number of cores.
            var random = new Random(resample);
            var drawn = new int[images.Count];
            for (var draw = 0; draw < images.Count; draw++) drawn[random.Next(images.Count)]++;
            differences[resample] = first.Average(counts => counts.MeanIou(drawn)) - second.Average(counts => counts.MeanIou(drawn));
        });
        Array.Sort(differences);
        var rarer = Math.Min(differences.Count(difference => difference <= 0), differences.Count(difference => difference >= 0));
        return new ScoreDifference(first.Average(counts => counts.MeanIou(all)) - second.Average(counts => counts.MeanIou(all)),
            differences[(int)(Tail * (resamples - 1))], differences[(int)((1 - Tail) * (resamples - 1))], Math.Min(1, 2.0 * (rarer + 1) / (resamples + 1)));
    }

    /// <summary>Intersections and unions of every image and each of its labels, side by side: an image has few of a data set's labels.</summary>
    /// <param name="starts">Of each image the place of its first entry, and the number of all.</param>
    private sealed class Counts(int labels, int[] starts, (int Label, long Intersection, long Union)[] entries)
    {
        public static Counts Of(IReadOnlyList<ImageScore> images, int labels)
        {
            var starts = new int[images.Count + 1];
            for (var image = 0; image < images.Count; image++) starts[image + 1] = starts[image] + images[image].Labels.Count;
            return new Counts(labels, starts, [.. images.SelectMany(image => image.Labels.Select((label, index) => (label, image.Intersection[index], image.Union[index])))]);
        }

        /// <param name="times">How often each image was drawn.</param>
        public double MeanIou(int[] times)
        {
            Span<long> sums = stackalloc long[labels * 2];
            sums.Clear();
            for (var image = 0; image < times.Length; image++)
            {
                if (times[image] == 0) continue;
                for (var entry = starts[image]; entry < starts[image + 1]; entry++)
                {
                    var (label, intersection, union) = entries[entry];
                    sums[label * 2] += times[image] * intersection;
                    sums[label * 2 + 1] += times[image] * union;
                }
            }

            var (total, present) = (0.0, 0);
            for (var label = 0; label < labels; label++)
            {
                if (sums[label * 2 + 1] == 0) continue;
                total += (double)sums[label * 2] / sums[label * 2 + 1];
                present++;
            }

            return present == 0 ? double.NaN : total / present;
        }
    }
}
