using Pole.Pipeline.Artifacts;
using Pole.Runner.Comparing;
using Pole.Runner.Runs;
using Pole.Runner.Tests.Tracking;

namespace Pole.Runner.Tests.Comparing;

/// <summary>Warnings of many runs, each of which is compared with those before it.</summary>
public sealed class RunPairTests
{
    [Test]
    public void A_run_is_warned_of_against_the_first_that_differs_from_it()
    {
        List<RunRecord> runs = [Run("a", "one"), Run("b", "one"), Run("c", "two"), Run("d", "one"), Run("e", "two")];

        Assert.That(DifferentInputs.Between(runs).Select(warning => string.Join(' ', warning.Split(' ').Where((_, word) => word is 0 or 4))), Is.EqualTo(new[] { "a c", "c d", "a e" }));
    }

    [Test]
    public void Warnings_are_those_of_all_pairs()
    {
        var random = new Random(4);
        List<RunRecord> runs = [.. Enumerable.Range(0, 60).Select(run => Run($"{run}", $"digest-{random.Next(3)}", $"data-{random.Next(3)}", $"processor-{random.Next(3)}"))];
        IEnumerable<string> OfPairs(Func<IReadOnlyList<RunRecord>, IReadOnlyList<string>> between) => runs.SelectMany((run, place) => runs.Take(place).SelectMany(earlier => between([earlier, run])).Take(1));

        Assert.That(DifferentInputs.Between(runs), Is.EqualTo(OfPairs(DifferentInputs.Between)).And.Not.Empty);
        Assert.That(DifferentMachines.Between(runs), Is.EqualTo(OfPairs(DifferentMachines.Between)).And.Not.Empty);
    }

    [Test]
    public void Of_a_thousand_runs_with_two_sets_of_facts_each_is_compared_with_two()
    {
        var pairs = 0;
        RunPairs.Warnings([.. Enumerable.Range(0, 1_000).Select(run => Run($"{run}", "same"))], run => run.Experiment.Length % 2, (_, _) =>
        {
            pairs++;
            return null;
        });

        Assert.That(pairs, Is.LessThanOrEqualTo(2 * 1_000));
    }

    private static RunRecord Run(string name, string digest, string data = "data", string processor = "a processor") => RecordedFolder.Record(experiment: name, spec: new Dictionary<string, string> { ["dataset"] = data }) with
    {
        Inputs = new Dictionary<string, string> { ["train.images"] = digest, ["weights a.pt"] = "weights" },
        Stages = [new StageRecord("baseline", "key", false, 1, new ResultMachine(processor, "cpu", 1, "native", "onednn"))],
    };
}
