using System.Globalization;

namespace Pole.Benchmarks;

/// <summary>What is timed at each size, all else being equal.</summary>
/// <param name="Unit">What the sizes count: images, classes.</param>
/// <param name="Prepare">Makes what a size needs, untimed, and returns what is timed.</param>
internal sealed record GrowthSeries(string Name, string Unit, IReadOnlyList<int> Sizes, Func<int, Action> Prepare);

/// <summary>
/// How the time of each stage and tool grows: seconds of processors, which do not grow where others use the machine, of the fastest of three runs at each size after a warm-up, and the exponents from one size to the next, log(time ratio) / log(size ratio); 1 is linear.
/// <c>-- growth [PART OF A NAME]</c>.
/// </summary>
internal static class Growth
{
    private const int Runs = 3;

    /// <summary>Shorter work is repeated until it takes as long.</summary>
    private const double LeastSeconds = 0.05;

    private static readonly List<string> Folders = [];

    private static IEnumerable<GrowthSeries> All => [.. GrowthOfSpecs.All, .. GrowthOfData.All, .. GrowthOfScores.All, .. GrowthOfPixels.All, .. GrowthOfNames.All, .. GrowthOfObjective.All, .. GrowthOfStore.All, .. GrowthOfRuns.All];

    public static void Run(IReadOnlyList<string> arguments)
    {
        // What is measured may print.
        var output = Console.Out;
        Console.SetOut(TextWriter.Null);
        foreach (var series in All.Where(series => arguments.Count == 0 || arguments.Any(part => $"{series.Name}, {series.Unit}".Contains(part, StringComparison.OrdinalIgnoreCase))))
        {
            List<(int Size, double Seconds)> measured = [.. series.Sizes.Select(size => (size, Seconds(series.Prepare(size))))];
            var exponents = measured.Zip(measured.Skip(1), Exponent).Append(Exponent(measured[0], measured[^1])).Select(exponent => exponent.ToString("f2", CultureInfo.InvariantCulture)).ToList();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{series.Name}, {series.Unit}: {string.Join(", ", measured.Select(entry => $"{entry.Size:n0}: {entry.Seconds * 1e3:g4} ms"))}; exponents {string.Join(", ", exponents.SkipLast(1))}; over all {exponents[^1]}"));
            output.Flush();
            foreach (var folder in Folders) Directory.Delete(folder, recursive: true);
            Folders.Clear();
        }
    }

    /// <summary>A folder that is there until the series ends.</summary>
    public static string NewFolder()
    {
        Folders.Add(Directory.CreateTempSubdirectory("pole-growth-").FullName);
        return Folders[^1];
    }

    private static double Exponent((int Size, double Seconds) smaller, (int Size, double Seconds) larger) => Math.Log(larger.Seconds / smaller.Seconds) / Math.Log((double)larger.Size / smaller.Size);

    private static double Seconds(Action work)
    {
        var repetitions = (int)Math.Ceiling(LeastSeconds / Math.Max(Once(work, 1), 1e-6));
        return Enumerable.Range(0, Runs).Min(_ => Once(work, repetitions));
    }

    private static double Once(Action work, int repetitions)
    {
        GC.Collect();
        var start = Environment.CpuUsage.TotalTime;
        for (var repetition = 0; repetition < repetitions; repetition++) work();
        return (Environment.CpuUsage.TotalTime - start).TotalSeconds / repetitions;
    }
}
