using System.Diagnostics;
using System.Globalization;

namespace Pole.Runner.Tests.Fuzzing;

/// <summary>
/// Fuzzes one reader in a process of its own, which may crash, hang or grow without taking the tests with it. It says which input it is at
/// before it reads it, and for each fault a line.
/// </summary>
internal static class FuzzProcess
{
    public const string InputLine = "input ", FaultLine = "fault ", EndLine = "end ";

    private const long MegaByte = 1 << 20, MostMegaBytes = 512;

    /// <summary>How long an input may take before whoever waits for the process kills it.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromSeconds(20);

    public static int Run(string[] arguments)
    {
        var (name, inputs, seed) = (arguments[0], int.Parse(arguments[1], CultureInfo.InvariantCulture), int.Parse(arguments[2], CultureInfo.InvariantCulture));
        var folder = Directory.CreateTempSubdirectory("pole-fuzz-").FullName;
        try
        {
            Fuzz(FuzzReader.Of(name, new FuzzCorpus(folder)), inputs, seed, folder);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Fuzz(FuzzReader reader, int inputs, int seed, string folder)
    {
        // A corpus that cannot be read would say nothing, and what is loaded once counts for no input.
        reader.Read();
        var baseline = ResetPeak();
        var (read, refused, peak, seeds) = (0, 0, 0L, new Random(seed));
        for (var input = 0; input < inputs; input++)
        {
            var random = new Random(seeds.Next());
            var file = reader.Files[random.Next(reader.Files.Count)];
            using var mutation = Mutation.Of(file, reader.Files, random);
            var description = $"{input}, {Path.GetRelativePath(folder, file)}, {mutation.Description}".ReplaceLineEndings(" ");
            Console.WriteLine(InputLine + description);
            try
            {
                reader.Read();
                read++;
            }
            // Weights that lie in a folder are named by it.
            catch (ExperimentException exception) when (exception.Message.Contains(Path.GetDirectoryName(file)!, StringComparison.Ordinal) || reader.Files.Any(other => exception.Message.Contains(Path.GetFileName(other), StringComparison.Ordinal)))
            {
                refused++;
            }
            catch (Exception exception)
            {
                Console.WriteLine($"{FaultLine}{description}: {exception.GetType().Name}: {exception.Message}{exception.StackTrace?.Split('\n')[0]}".ReplaceLineEndings(" "));
            }

            var grown = Peak() - baseline;
            peak = Math.Max(peak, grown);
            if (grown <= MostMegaBytes * MegaByte) continue;
            Console.WriteLine($"{FaultLine}{description}: it took {grown / MegaByte} MB");
            baseline = ResetPeak();
        }

        Console.WriteLine($"{EndLine}{inputs} inputs, {read} read, {refused} refused, {peak / MegaByte} MB more at most");
    }

    /// <summary>The largest resident memory since <see cref="ResetPeak"/>, in bytes; elsewhere than on Linux since the start.</summary>
    private static long Peak() => OperatingSystem.IsLinux()
        ? long.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024
        : Process.GetCurrentProcess().PeakWorkingSet64;

    private static long ResetPeak()
    {
        GC.Collect();
        if (OperatingSystem.IsLinux()) File.WriteAllText("/proc/self/clear_refs", "5");
        return Peak();
    }
}
