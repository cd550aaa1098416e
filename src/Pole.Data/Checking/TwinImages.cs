using System.Security.Cryptography;

namespace Pole.Data.Checking;

/// <summary>Images that are both trained and measured on, under two names: the same bytes.</summary>
internal static class TwinImages
{
    /// <returns>The twin among those that are trained on, by each image that is measured on and has one.</returns>
    public static IEnumerable<(ISample Measured, ISample Trained)> Find(IReadOnlyList<ISample> trained, IReadOnlyList<ISample> measured, CancellationToken cancellation)
    {
        var (own, others) = Candidates(trained, measured);
        var digests = DigestsOf([.. own, .. others], cancellation);
        var first = own.Zip(digests).Where(pair => pair.Second is not null).DistinctBy(pair => pair.Second).ToDictionary(pair => pair.Second!, pair => pair.First);
        foreach (var (sample, digest) in others.Zip(digests.Skip(own.Count)))
            if (digest is not null && first.TryGetValue(digest, out var twin) && twin.Id != sample.Id) yield return (sample, twin);
    }

    /// <summary>Images whose files are as long as one of the other side: all others cannot be the same, and need not be read for it.</summary>
    internal static (IReadOnlyList<ISample> Trained, IReadOnlyList<ISample> Measured) Candidates(IReadOnlyList<ISample> trained, IReadOnlyList<ISample> measured)
    {
        var (own, others) = (WithLengths(trained), WithLengths(measured));
        var shared = own.Select(entry => entry.Length).Intersect(others.Select(entry => entry.Length)).ToHashSet();
        return (Of(own), Of(others));

        IReadOnlyList<ISample> Of(List<(ISample Sample, long Length)> all) => [.. all.Where(entry => shared.Contains(entry.Length)).Select(entry => entry.Sample)];
    }

    private static List<(ISample Sample, long Length)> WithLengths(IReadOnlyList<ISample> samples) =>
        [.. from sample in samples
            where sample.Files is not null
            let file = InputFile.Info(sample.Files!.Image)
            where file is { Exists: true, Length: > 0 }
            select (sample, file.Length)];

    private static string?[] DigestsOf(IReadOnlyList<ISample> samples, CancellationToken cancellation)
    {
        var digests = new string?[samples.Count];
        ParallelWork.For(samples.Count, cancellation, index => digests[index] = DigestOf(samples[index].Files!.Image));
        return digests;
    }

    /// <returns>Null for a file that cannot be read.</returns>
    private static string? DigestOf(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return Convert.ToHexString(SHA256.HashData(stream));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Said of the image itself: DatasetCheck has tried to decode it.
            return null;
        }
    }
}
