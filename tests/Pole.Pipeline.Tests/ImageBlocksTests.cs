using System.Collections.Concurrent;
using Pole.Pipeline.Artifacts;

namespace Pole.Pipeline.Tests;

public sealed class ImageBlocksTests
{
    private const int Images = 1_000;

    private static readonly StageKey Key = Keys.Of("measure");

    private string root = "";

    [SetUp]
    public void CreateRoot() => root = Directory.CreateTempSubdirectory("pole-blocks-").FullName;

    [TearDown]
    public void DeleteRoot() => Directory.Delete(root, recursive: true);

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(8)]
    [TestCase(20)]
    public void The_result_does_not_depend_on_the_number_of_shards(int shards)
    {
        for (var shard = 0; shard < shards; shard++)
        {
            var own = shard;
            if (own < Math.Min(shards, 8) - 1) Assert.That(Produce(new ImageShard(own, shards)), Is.Null);
            else Produce(new ImageShard(own, shards));
        }

        Assert.That(Files(), Is.EqualTo(Enumerable.Range(0, Images).Select(image => $"{image:d4}.txt").Append("digests.json").Append("machine.json").Append("merged.txt").Append("stage.json")));
        Assert.That(File.ReadAllText(Path.Combine(Folder, "merged.txt")), Is.EqualTo(string.Concat(Enumerable.Range(0, Images))));
        Assert.That(Directory.EnumerateDirectories(Path.Combine(root, "measure")), Is.EqualTo(new[] { Folder }));
    }

    [Test]
    public void Runs_that_need_a_stage_at_the_same_time_share_its_blocks()
    {
        var done = new ConcurrentBag<int>();
        using var both = new Barrier(2);
        var runs = Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(() =>
        {
            var isFirst = true;
            return Produce(null, block =>
            {
                if (isFirst) both.SignalAndWait();
                isFirst = false;
                done.Add(block.First);
            });
        }, TaskCreationOptions.LongRunning)).ToArray();
        Task.WaitAll(runs);

        Assert.That(done, Is.EquivalentTo(Enumerable.Range(0, 8).Select(block => 128 * block)));
        Assert.That(runs[0].Result, Is.EqualTo(runs[1].Result));
    }

    [Test]
    public void A_rerun_goes_on_with_the_blocks_that_are_not_done()
    {
        Assert.That(() => Produce(null, block => { if (block.First == 384) throw new InvalidOperationException(); }), Throws.InvalidOperationException);
        var rerun = new List<int>();
        Produce(null, block => rerun.Add(block.First));

        Assert.That(rerun, Is.EqualTo(new[] { 384, 512, 640, 768, 896 }));
        Assert.That(File.ReadAllText(Path.Combine(Folder, "merged.txt")), Is.EqualTo(string.Concat(Enumerable.Range(0, Images))));
    }

    [Test]
    public void A_block_that_another_run_gives_up_is_taken_over()
    {
        using var begun = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        var failing = Task.Run(() => Produce(null, block =>
        {
            begun.Set();
            end.Wait();
            throw new InvalidOperationException();
        }));
        begun.Wait();
        var watching = new RecordingProgress();
        var other = Task.Run(() => Produce(null, progress: watching));
        Assert.That(() => watching.Waited, Is.EqualTo(new[] { "measure" }).After(10_000, 20));
        end.Set();

        Assert.That(() => failing.Wait(), Throws.InstanceOf<AggregateException>());
        Assert.That(other.Result, Is.EqualTo(Folder));
        Assert.That(Files(), Has.Count.EqualTo(Images + 4));
    }

    [Test]
    public void A_run_of_a_later_stage_puts_done_blocks_together()
    {
        Assert.That(Produce(new ImageShard(0, 2)), Is.Null);
        Assert.That(Merged(), Is.Null);
        Assert.That(() => Produce(new ImageShard(1, 2), merge: _ => throw new InvalidOperationException()), Throws.InvalidOperationException);

        Assert.That(Merged(), Is.EqualTo(Folder));
    }

    [Test]
    public void Blocks_that_a_run_works_on_are_not_pruned()
    {
        var before = -1;
        Produce(null, block => before = new StoredStages(root).Prune(DateTime.MaxValue, null, dryRun: false).Gone.Count);

        Assert.That(before, Is.Zero);
        Assert.That(new StoredStages(root).Prune(DateTime.MaxValue, null, dryRun: false).Gone, Has.Count.EqualTo(1));
    }

    [TestCase("1/1", 0, 1)]
    [TestCase("2/8", 1, 8)]
    public void A_shard_is_counted_from_one(string text, int index, int count) => Assert.That(ImageShard.Parse(text), Is.EqualTo(new ImageShard(index, count)));

    [TestCase("0/8")]
    [TestCase("9/8")]
    [TestCase("2")]
    [TestCase("-1/8")]
    [TestCase("a/b")]
    public void What_is_no_shard_is_not_read(string text) => Assert.That(ImageShard.Parse(text), Is.Null);

    private string Folder => Path.Combine(root, "measure", Key.Hash);

    private List<string> Files() => [.. Directory.GetFiles(Folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private static void Merge(DoneBlocks blocks) => File.WriteAllText(Path.Combine(blocks.Folder, "merged.txt"), string.Concat(blocks.Files("part.txt").Select(File.ReadAllText)));

    private string? Merged() => new StageStore(root, new RecordingProgress()).MergeByImages(Key, Images, Merge);

    private string? Produce(ImageShard? shard, Action<ImageBlock>? during = null, Action<DoneBlocks>? merge = null, RecordingProgress? progress = null) =>
        new StageStore(root, progress ?? new RecordingProgress()).GetOrProduceByImages(Key, Images, shard, blocks =>
        {
            foreach (var block in blocks)
            {
                during?.Invoke(block);
                foreach (var image in block.Of(Enumerable.Range(0, Images).ToList())) File.WriteAllText(Path.Combine(block.ResultFolder, $"{image:d4}.txt"), "");
                File.WriteAllText(Path.Combine(block.PartFolder, "part.txt"), string.Concat(block.Of(Enumerable.Range(0, Images).ToList())));
            }
        }, merge ?? Merge);
}
