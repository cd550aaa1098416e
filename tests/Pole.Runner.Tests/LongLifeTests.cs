using System.Globalization;
using Pole.Runner.Tests.Children;

namespace Pole.Runner.Tests;

/// <summary>What runs for days does not grow.</summary>
[NonParallelizable]
public sealed class LongLifeTests
{
    private const int Images = 5_000, BaselineEpochs = 4;

    /// <summary>How much more resident memory the last tenth of a stage may have than its second.</summary>
    private const double MostGrowth = 0.03;

    /// <summary>Batches of two: ten thousand steps of the baseline. The first tenth warms up. The shortest stages leave some 40 samples on a busy machine.</summary>
    [Test, Explicit("takes a quarter of an hour; for whoever changes what a step or an image allocates")]
    public void Memory_stays_level_over_ten_thousand_steps_and_five_thousand_images()
    {
        using var process = new ChildProcess([ChildProgram.LongLife, $"{Images}", $"{BaselineEpochs}"]);
        var samples = new List<(string Stage, double MegaBytes)>();
        while (process.ReadLine(TimeSpan.FromMinutes(2), samples.LastOrDefault().Stage ?? "the start") is { } line)
        {
            var parts = line.Split(' ');
            samples.Add((parts[0], long.Parse(parts[1], CultureInfo.InvariantCulture) / 1e6));
        }

        Assert.That(process.ExitCode, Is.Zero, process.Error);
        using (Assert.EnterMultipleScope())
        {
            foreach (var stage in new[] { "baseline", "masked-features", "selection", "clims", "evaluation", "confident-labels", "affinity", "pseudo-masks", "mask-evaluation" })
            {
                var values = samples.Where(sample => sample.Stage == stage).Select(sample => sample.MegaBytes).ToList();
                Assert.That(values, Has.Count.GreaterThan(20), stage);
                var tenths = Enumerable.Range(0, 10).Select(tenth => values.GetRange(tenth * values.Count / 10, values.Count / 10).Average()).ToList();
                TestContext.Out.WriteLine($"{stage}: {string.Join(' ', tenths.Select(tenth => tenth.ToString("f0", CultureInfo.InvariantCulture)))} MB over {values.Count} samples");
                Assert.That(tenths[9], Is.LessThan(tenths[1] * (1 + MostGrowth)), stage);
            }
        }
    }
}
