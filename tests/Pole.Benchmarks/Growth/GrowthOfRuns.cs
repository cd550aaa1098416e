using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Evaluation;
using Pole.Runner.Comparing;
using Pole.Runner.Runs;
using Pole.Runner.Tests.Tracking;

namespace Pole.Benchmarks;

/// <summary>Of the number of runs and of the images that they were measured on: <c>pole compare</c>, and the records that it and <c>pole cache list</c> read.</summary>
internal static class GrowthOfRuns
{
    private const int Stages = 8;

    private static readonly int[] Sizes = [10, 100, 1_000];

    private static readonly ResultMachine Machine = new("a processor", "cpu", 1, "native", "onednn");

    public static IEnumerable<GrowthSeries> All =>
    [
        new("compare: runs found", "runs", Sizes, runs =>
        {
            var (root, experiments) = (Growth.NewFolder(), GrowthOfSpecs.Experiments(runs));
            foreach (var experiment in experiments.All) Record(0).Write(Directory.CreateDirectory(Path.Combine(RunFolder.ParentOf(root, experiment), "2026-01-02")).FullName);
            return () => _ = new RunSearch(root, experiments).Find("sweep").Count;
        }),
        new("compare: warnings of other data and machines", "runs", Sizes, runs =>
        {
            List<RunRecord> records = [.. Enumerable.Range(0, runs).Select(Record)];
            return () => _ = RunComparison.WarningsOf(records).Count;
        }),
        new("compare --format csv", "runs", Sizes, runs =>
        {
            List<StoredRun> stored = [.. Enumerable.Range(0, runs).Select(run => new StoredRun($"run-{run}", Record(run)))];
            return () => _ = RunTableText.Csv(RunTable.Of(stored)).Length;
        }),
        new("compare, 200 images", "runs", [10, 100], runs =>
        {
            var root = Growth.NewFolder();
            List<StoredRun> stored = [.. Enumerable.Range(0, runs).Select(run => Stored(Path.Combine(root, $"{run}"), run, 200))];
            return () => _ = ComparisonText.Markdown(RunComparison.Of(stored)).Length;
        }),
        new("paired bootstrap, 20 classes", "images", [200, 2_000, 10_000], images => Bootstrap(images, 20)),
        new("paired bootstrap, 1,000 images", "classes", [20, 80, 254], classes => Bootstrap(1_000, classes)),
        new("records of runs, for cache list", "runs", Sizes, runs =>
        {
            var root = Growth.NewFolder();
            for (var run = 0; run < runs; run++) Record(run).Write(Directory.CreateDirectory(Path.Combine(root, $"{run}")).FullName);
            return () => _ = new RecordedStages(root);
        }),
    ];

    private static Action Bootstrap(int images, int classes)
    {
        var (one, other) = (Images(images, classes, 1), Images(images, classes, 2));
        return () => PairedBootstrap.Compare([one], [other]);
    }

    private static StoredRun Stored(string folder, int run, int images)
    {
        var file = new ScoredStep(ChainScore.Cam, "val").FileIn(folder);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        ImageScore.Write(file, Images(images, 20, run));
        return new StoredRun(folder, Record(run) with { Chain = [] });
    }

    /// <summary>Two classes in an image, and one that is predicted wrongly.</summary>
    private static List<ImageScore> Images(int count, int classes, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(image => Score($"image-{image}", [0, .. Enumerable.Range(0, 3).Select(_ => 1 + random.Next(classes)).Distinct().Order()]))];

        ImageScore Score(string image, IReadOnlyList<int> labels) => new(image, labels, [.. labels.Select(_ => (long)random.Next(50_000))], [.. labels.Select(_ => 50_000L + random.Next(50_000))]);
    }

    /// <summary>A run that differs from all others in two keys, with eight stages of which half are shared.</summary>
    private static RunRecord Record(int run) => RecordedFolder.Record(0.5 + run * 1e-4, $"sweep/point-{run}", new Dictionary<string, string>(RecordedFolder.Spec) { ["part.key-7"] = $"{run}", ["dataset.limit"] = $"{run % 5}" }, seed: run) with
    {
        Fingerprint = $"{run:d32}",
        Inputs = Enumerable.Range(0, 8).ToDictionary(input => $"train.part-{input}", input => $"digest {input} of {run % 5}"),
        Stages = [.. Enumerable.Range(0, Stages).Select(stage => new StageRecord($"stage-{stage}", stage % 2 == 0 ? $"shared-{stage}" : $"{run}-{stage}", false, 1.5, Machine))],
    };
}
