using Pole.Runner.Tests.Children;

namespace Pole.Runner.Tests.Fuzzing;

/// <summary>Every reader of files from outside, on damaged and odd ones, with a bound on its memory and its time: it reads, or refuses with an error that names the file.</summary>
[NonParallelizable]
public sealed class ReaderFuzzTests
{
    /// <summary>1 GiB of managed memory, hexadecimal, as the runtime reads it: a runaway ends in an exception before the machine suffers.</summary>
    private const string HeapLimit = "40000000";

    [TestCaseSource(typeof(FuzzReader), nameof(FuzzReader.Names))]
    public void Three_hundred_damaged_files_are_read_or_refused(string reader) => Fuzz(reader, 300, seed: 1);

    [TestCaseSource(typeof(FuzzReader), nameof(FuzzReader.Names)), Explicit("takes minutes; for whoever changes a reader")]
    public void Ten_thousand_damaged_files_are_read_or_refused(string reader) => Fuzz(reader, int.TryParse(Environment.GetEnvironmentVariable("POLE_FUZZ_INPUTS"), out var count) ? count : 10_000, seed: 2);

    private static void Fuzz(string reader, int inputs, int seed)
    {
        using var process = new ChildProcess([ChildProgram.Fuzz, reader, $"{inputs}", $"{seed}"], ("DOTNET_GCHeapHardLimit", HeapLimit));
        var (last, faults) = ("the corpus", new List<string>());
        // Training for the corpus takes longer than an input may.
        while (process.ReadLine(last == "the corpus" ? 3 * FuzzProcess.Slow : FuzzProcess.Slow, last) is { } line)
        {
            if (line.StartsWith(FuzzProcess.FaultLine, StringComparison.Ordinal)) faults.Add(line);
            else last = line;
        }

        TestContext.Out.WriteLine(last);
        Assert.That(faults, Is.Empty, string.Join("\n\n", faults));
        Assert.That(process.ExitCode, Is.Zero, $"{last}: {process.Error}");
        Assert.That(last, Does.StartWith(FuzzProcess.EndLine));
    }
}
