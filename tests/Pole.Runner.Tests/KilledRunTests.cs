using System.Diagnostics;
using System.Security.Cryptography;

namespace Pole.Runner.Tests;

/// <summary>kill -9 at any moment, the same command again: the run ends with the same bytes as one that nobody disturbed.</summary>
public sealed class KilledRunTests
{
    private const int MostRuns = 400;

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-kill-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    /// <param name="wanted">Fifty take minutes, and are for whoever changes checkpoints or the store.</param>
    [TestCase(4)]
    [TestCase(50, Explicit = true)]
    public void A_run_that_is_killed_again_and_again_ends_as_if_it_had_not_been(int wanted)
    {
        var elapsed = Stopwatch.StartNew();
        Assert.That(Start("reference").WaitForExit(TimeSpan.FromMinutes(3)));
        var whole = elapsed.Elapsed;
        var expected = Results("reference");
        Assert.That(expected.Keys, Has.Some.EndsWith("network.safetensors").And.Some.EndsWith("best.safetensors").And.Some.EndsWith("metrics.jsonl").And.Some.EndsWith("clip.safetensors"));

        var random = new Random(1);
        var (kills, ended, resumed) = (0, 0, 0);
        for (var run = 0; run < MostRuns && (kills < wanted || ended == 0); run++)
        {
            var store = $"store-{ended}";
            var before = Checkpoints(store);
            using var process = Start(store);
            // At any moment; and every other time behind a new checkpoint, which a random moment hits too seldom on a busy machine.
            var killed = kills < wanted && (kills % 2 == 0
                ? !process.WaitForExit(whole * (0.15 + 0.5 * random.NextDouble()))
                : MakesCheckpoint(process, store, before) && !process.WaitForExit(random.Next(20)));
            if (killed)
            {
                process.Kill();
                process.WaitForExit();
                kills++;
                if (Checkpoints(store).Count > 0) resumed++;
                continue;
            }

            Assert.That(process.WaitForExit(TimeSpan.FromMinutes(3)));
            Assert.That(process.ExitCode, Is.Zero);
            Assert.That(Directory.EnumerateDirectories(Path.Combine(folder, store), "*.checkpoint", SearchOption.AllDirectories), Is.Empty);
            Assert.That(Results(store).Except(expected), Is.Empty, $"after {kills} kills");
            Assert.That(Results(store), Is.EqualTo(expected));
            Directory.Delete(Path.Combine(folder, store), recursive: true);
            ended++;
        }

        TestContext.Out.WriteLine($"{kills} kills, {resumed} of them with a checkpoint to go on from, {ended} runs ended; an undisturbed run takes {whole.TotalSeconds:f1} s");
        Assert.That(kills, Is.EqualTo(wanted));
        Assert.That(ended, Is.Positive);
        Assert.That(resumed, Is.GreaterThan(wanted / 5));
    }

    private bool MakesCheckpoint(Process process, string store, HashSet<string> before)
    {
        while (Checkpoints(store).IsSubsetOf(before))
        {
            if (process.WaitForExit(5)) return false;
        }

        return true;
    }

    private HashSet<string> Checkpoints(string store) => Directory.Exists(Path.Combine(folder, store))
        ? [.. Directory.EnumerateDirectories(Path.Combine(folder, store), "step-*", SearchOption.AllDirectories)]
        : [];

    private Process Start(string store)
    {
        var start = new ProcessStartInfo(Path.Combine(PoleProcess.Folder, OperatingSystem.IsWindows() ? "pole.exe" : "pole"),
            ["run", "shapes/smoke", "--quiet", "--threads", "1", "--device", "cpu", "--checkpoint-steps", "1", "--store", Path.Combine(folder, store), "--runs", Path.Combine(folder, $"{store}-runs")]);
        return Process.Start(start)!;
    }

    /// <summary>Hash of every file of every stage's result.</summary>
    private SortedDictionary<string, string> Results(string store)
    {
        var stages = Path.Combine(folder, store, "stages");
        return new SortedDictionary<string, string>(Directory.GetFiles(stages, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))
            .ToDictionary(file => Path.GetRelativePath(stages, file), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))), StringComparer.Ordinal);
    }
}
