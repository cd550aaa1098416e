using System.Diagnostics;

namespace Pole.Runner.Tests.Fuzzing;

/// <summary>Every command that takes files, on damaged and odd ones: it succeeds, or ends with one line that names the file; never with a stack trace.</summary>
[NonParallelizable]
public sealed class InputFuzzTests
{
    private const int LongestError = 3;

    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(20);

    private string folder = "";
    private FuzzCorpus corpus = null!;
    private IReadOnlyList<FuzzScenario> scenarios = [];

    [OneTimeSetUp]
    public void CreateCorpus()
    {
        folder = Directory.CreateTempSubdirectory("pole-fuzz-").FullName;
        corpus = new FuzzCorpus(folder);
        scenarios = FuzzScenario.Of(corpus);
        // Where the sound files are refused, damage says nothing; of the hostile ones some are.
        foreach (var scenario in scenarios.Where(scenario => !scenario.Files.Any(file => Path.GetFileName(file).StartsWith("hostile-", StringComparison.Ordinal))))
        {
            var run = PoleInProcess.Run(FuzzExperiments.All, scenario.Arguments);
            Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Success).Or.EqualTo(scenario.AnswersNo ? ExitCodes.Failure : ExitCodes.Success), $"{scenario.Name}: {run.Error}");
        }
    }

    [OneTimeTearDown]
    public void DeleteCorpus() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Three_hundred_damaged_inputs_end_with_an_error_that_names_the_file() => Fuzz(300, seed: 1);

    [Test, Explicit("takes minutes")]
    public void Thousands_of_damaged_inputs_end_with_an_error_that_names_the_file() => Fuzz(int.TryParse(Environment.GetEnvironmentVariable("POLE_FUZZ_INPUTS"), out var count) ? count : 2500, seed: 2);

    private void Fuzz(int inputs, int seed)
    {
        var (faults, codes, times) = (new List<string>(), new SortedDictionary<int, int>(), new Dictionary<string, TimeSpan>(StringComparer.Ordinal));
        var weights = scenarios.SelectMany(scenario => Enumerable.Repeat(scenario, scenario.Weight)).ToList();
        var seeds = new Random(seed);
        for (var input = 0; input < inputs; input++)
        {
            var random = new Random(seeds.Next());
            // In turn, and in an order that no two neighbours of a small run share.
            var scenario = weights[(int)(input * 7919L % weights.Count)];
            var file = scenario.Files[random.Next(scenario.Files.Count)];
            using var mutation = Mutation.Of(file, scenario.Files, random);
            var elapsed = Stopwatch.StartNew();
            var run = PoleInProcess.Run(FuzzExperiments.All, scenario.Arguments);
            times[scenario.Name] = times.GetValueOrDefault(scenario.Name) + elapsed.Elapsed;
            codes[run.ExitCode] = codes.GetValueOrDefault(run.ExitCode) + 1;
            foreach (var fault in Faults(scenario, run, elapsed.Elapsed)) faults.Add($"input {input}, {scenario.Name}, {Path.GetRelativePath(folder, file)}, {mutation.Description}: {fault}\n{run.Error}");
        }

        TestContext.Out.WriteLine($"{inputs} inputs; exit codes {string.Join(", ", codes.Select(code => $"{code.Key}: {code.Value}"))}");
        foreach (var (name, time) in times.OrderByDescending(entry => entry.Value).Take(8)) TestContext.Out.WriteLine($"{time.TotalSeconds:f1} s {name}");
        Assert.That(faults, Is.Empty, string.Join("\n\n", faults));
    }

    private IEnumerable<string> Faults(FuzzScenario scenario, PoleInProcess run, TimeSpan elapsed)
    {
        if (run.ExitCode is not (ExitCodes.Success or ExitCodes.Failure or ExitCodes.WrongCommandLine)) yield return $"exit code {run.ExitCode}";
        if (run.Error.Contains("   at ", StringComparison.Ordinal) || run.Output.Contains("   at ", StringComparison.Ordinal)) yield return "a stack trace";
        if (elapsed > Slow) yield return $"{elapsed.TotalSeconds:f0} s";
        string[] lines = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), errors = [.. lines.Where(line => line.StartsWith("error: ", StringComparison.Ordinal))];
        if (lines.Length > LongestError) yield return $"{lines.Length} lines of errors";
        if (run.ExitCode == ExitCodes.Failure && !(scenario.AnswersNo && errors.Length == 0))
        {
            if (errors.Length != 1) yield return $"{errors.Length} errors";
            else if (!errors[0].Contains(folder, StringComparison.Ordinal) && !scenario.Files.Any(file => errors[0].Contains(Path.GetFileName(file), StringComparison.Ordinal))) yield return "an error that names no file";
        }
    }
}
