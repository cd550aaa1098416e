using Pole.Pipeline.Artifacts;

namespace Pole.Benchmarks;

/// <summary>Of the number of results in a store: <c>pole cache</c> list, explain, verify and prune.</summary>
internal static class GrowthOfStore
{
    private const int Stages = 10;

    private static readonly int[] Sizes = [30, 300, 3_000];

    public static IEnumerable<GrowthSeries> All =>
    [
        new("cache list", "results", Sizes, results => Stored(results, (stored, _) => stored.All())),
        new("cache explain, one stage", "results", Sizes, results => Stored(results, (stored, root) => _ = stored.Nearest("stage-3", Key(3, results).Description, new DigestContents(root)))),
        new("cache verify", "results", Sizes, results => Stored(results, (stored, _) => stored.Damaged())),
        new("cache prune --dry-run", "results", Sizes, results => Stored(results, (stored, _) => stored.Prune(DateTime.UtcNow.AddDays(-1), 1_000, dryRun: true))),
        new("cache prune", "results", [30, 300], results =>
        {
            var root = Growth.NewFolder();
            return () =>
            {
                Fill(root, results);
                new StoredStages(root).Prune(null, 0, dryRun: false);
            };
        }),
    ];

    private static Action Stored(int results, Action<StoredStages, string> work)
    {
        var root = Growth.NewFolder();
        Fill(root, results);
        return () => work(new StoredStages(root), root);
    }

    private static void Fill(string root, int results)
    {
        var store = new StageStore(root, new NoProgress());
        for (var result = 0; result < results; result++) store.GetOrProduce(Key(result % Stages, result), work => File.WriteAllText(Path.Combine(work.Folder, "result.txt"), "result"));
    }

    private static StageKey Key(int stage, int result) => new($"stage-{stage}", 1, Enumerable.Range(0, 30).ToDictionary(key => $"key-{key}", key => (object?)(key == 7 ? result : key)), new Dictionary<string, string>(), new Dictionary<string, string>(), new Dictionary<string, object>());
}
