using Pole.Pipeline.Artifacts;

namespace Pole.Pipeline.Tests;

public sealed class StageStoreTests
{
    private static readonly StageKey Key = Keys.Of("train", new TrainingOptions { Epochs = 1, LearningRate = 0.1 });

    private string root = "";

    [SetUp]
    public void CreateRoot() => root = Directory.CreateTempSubdirectory("pole-store-").FullName;

    [TearDown]
    public void DeleteRoot() => Directory.Delete(root, recursive: true);

    [Test]
    public void A_result_is_produced_once()
    {
        var store = new StageStore(root, new RecordingProgress());
        var produced = 0;
        for (var time = 0; time < 2; time++) store.GetOrProduce(Key, _ => produced++);

        Assert.That(produced, Is.EqualTo(1));
    }

    [Test]
    public void A_result_says_what_it_was_made_of() =>
        Assert.That(File.ReadAllText(Path.Combine(new StageStore(root, new RecordingProgress()).GetOrProduce(Key, _ => { }), "stage.json")), Does.Contain("\"LearningRate\":0.1"));

    [Test]
    public void A_failed_stage_leaves_nothing()
    {
        Assert.That(() => new StageStore(root, new RecordingProgress()).GetOrProduce(Key, work =>
        {
            File.WriteAllText(Path.Combine(work.Folder, "half"), "");
            throw new InvalidOperationException();
        }), Throws.InvalidOperationException);
        Assert.That(Directory.EnumerateDirectories(Path.Combine(root, "train")), Is.Empty);
    }

    [Test]
    public void A_result_that_another_run_produces_is_waited_for_and_not_produced_twice()
    {
        using var begun = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        var (produced, watching) = (0, new RecordingProgress());
        var first = Task.Run(() => new StageStore(root, new RecordingProgress()).GetOrProduce(Key, _ =>
        {
            Interlocked.Increment(ref produced);
            begun.Set();
            end.Wait();
        }));
        begun.Wait();
        var second = Task.Run(() => new StageStore(root, watching).GetOrProduce(Key, _ => Interlocked.Increment(ref produced)));
        Assert.That(() => watching.Waited, Is.EqualTo(new[] { "train" }).After(5_000, 20));
        end.Set();

        Assert.That(second.Result, Is.EqualTo(first.Result));
        Assert.That((produced, watching.Worked.Count, watching.Stored.Count), Is.EqualTo((1, 0, 1)));
    }

    [Test]
    public void A_run_that_fails_lets_the_one_that_waits_go_on()
    {
        using var begun = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        var first = Task.Run(() => new StageStore(root, new RecordingProgress()).GetOrProduce(Key, _ =>
        {
            begun.Set();
            end.Wait();
            throw new InvalidOperationException();
        }));
        begun.Wait();
        var watching = new RecordingProgress();
        var second = Task.Run(() => new StageStore(root, watching).GetOrProduce(Key, work => File.WriteAllText(Path.Combine(work.Folder, "result"), "")));
        Assert.That(() => watching.Waited, Is.Not.Empty.After(5_000, 20));
        end.Set();

        Assert.That(File.Exists(Path.Combine(second.Result, "result")));
        Assert.That(() => first.Wait(), Throws.InstanceOf<AggregateException>());
    }

    [Test]
    public void Waiting_can_be_stopped()
    {
        using var begun = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        var first = Task.Run(() => new StageStore(root, new RecordingProgress()).GetOrProduce(Key, _ =>
        {
            begun.Set();
            end.Wait();
        }));
        begun.Wait();
        stop.CancelAfter(100);

        Assert.That(() => new StageStore(root, new RecordingProgress(), stop.Token).GetOrProduce(Key, _ => { }), Throws.InstanceOf<OperationCanceledException>());
        end.Set();
        first.Wait();
    }

    [Test]
    public void What_a_killed_run_left_is_cleared_away()
    {
        var store = new StageStore(root, new RecordingProgress());
        var left = Directory.CreateDirectory(Path.Combine(root, "train", $"{Key.Hash}.tmp")).FullName;
        File.WriteAllText(Path.Combine(left, "half"), "");

        Assert.That(Directory.GetFiles(store.GetOrProduce(Key, _ => { })).Select(Path.GetFileName), Is.EquivalentTo(new[] { "digests.json", "machine.json", "stage.json" }));
        Assert.That(Directory.Exists(left), Is.False);
    }

    [Test]
    public void A_checkpoint_beside_a_whole_result_goes_with_the_next_run()
    {
        var result = new StageStore(root, new RecordingProgress()).GetOrProduce(Key, work => File.WriteAllText(Path.Combine(work.Folder, "whole"), ""));
        Directory.CreateDirectory(Path.Combine($"{result}.checkpoint", "step-3"));
        var progress = new RecordingProgress();
        new StageStore(root, progress).GetOrProduce(Key, _ => throw new AssertionException("the result is there"));

        Assert.That(progress.Stored, Has.Count.EqualTo(1));
        Assert.That(Directory.EnumerateDirectories(Path.Combine(root, "train")), Is.EqualTo(new[] { result }));
    }

    [Test]
    public void A_place_that_cannot_be_written_is_named_with_the_way_out()
    {
        var file = Path.Combine(root, "file");
        File.WriteAllText(file, "");

        Assert.That(() => new StageStore(file, new RecordingProgress()).GetOrProduce(Key, _ => { }),
            Throws.InstanceOf<ExperimentException>().With.Message.Contains(file).And.Message.Contains("--store"));
    }

    [Test]
    public void Everything_in_a_key_counts()
    {
        StageKey[] others =
        [
            Keys.Of("other", new TrainingOptions { Epochs = 1, LearningRate = 0.1 }), Keys.Of("train", new TrainingOptions { Epochs = 2, LearningRate = 0.1 }),
            new("train", 2, Key.Reads, Key.Data, Key.Weights, Key.Upstream), new("train", 1, Key.Reads, new Dictionary<string, string> { ["train.images"] = "a" }, Key.Weights, Key.Upstream),
            new("train", 1, Key.Reads, Key.Data, new Dictionary<string, string> { ["clip.pt"] = "a" }, Key.Upstream), new("train", 1, Key.Reads, Key.Data, Key.Weights, new Dictionary<string, object> { ["clip"] = "else" }),
        ];

        Assert.That(others.Append(Key).Select(key => key.Hash), Is.Unique);
    }

    [TestCase("flipped")]
    [TestCase("truncated")]
    [TestCase("missing")]
    [TestCase("of another")]
    public void A_damaged_result_is_made_again_with_a_line_that_says_so(string damage)
    {
        var progress = new RecordingProgress();
        var store = new StageStore(root, progress);
        var file = Path.Combine(store.GetOrProduce(Key, Write), "part", "weights");
        var bytes = File.ReadAllBytes(file);
        if (damage == "flipped") bytes[1_000] ^= 4;
        if (damage == "missing") File.Delete(file);
        else if (damage == "of another") File.WriteAllText(Path.Combine(Path.GetDirectoryName(file)!, "more"), "");
        else File.WriteAllBytes(file, damage == "truncated" ? bytes[..1_000] : bytes);

        var again = store.GetOrProduce(Key, Write);

        Assert.That(File.ReadAllBytes(Path.Combine(again, "part", "weights")), Is.EqualTo(new byte[4_000]));
        Assert.That(progress.Worked, Is.EqualTo(new[] { "train", "train" }));
        Assert.That(progress.Faults.Single(), Does.StartWith("train: part/").And.Contains(damage switch { "missing" => "weights is missing", "of another" => "more does not belong to it", _ => "weights is not what was written" }));
    }

    [Test]
    public void A_damaged_result_is_not_found()
    {
        var store = new StageStore(root, new RecordingProgress());
        File.WriteAllText(Path.Combine(store.GetOrProduce(Key, Write), "part", "weights"), "");

        Assert.That(store.Find(Key), Is.EqualTo(((string?)null, "is damaged (part/weights is not what was written): made again by the next run")));
    }

    [Test]
    public void Verify_lists_the_damaged_results()
    {
        var store = new StageStore(root, new RecordingProgress());
        store.GetOrProduce(Keys.Of("whole"), Write);
        File.WriteAllText(Path.Combine(store.GetOrProduce(Key, Write), "part", "weights"), "");

        Assert.That(new StoredStages(root).Damaged().Select(entry => (entry.Stage.Stage, entry.Fault)), Is.EqualTo(new[] { ("train", "part/weights is not what was written") }));
    }

    [Test]
    public void Results_of_an_earlier_version_are_pruned_and_counted()
    {
        new StageStore(root, new RecordingProgress()).GetOrProduce(Key, Write);
        var earlier = Directory.CreateDirectory(Path.Combine(root, "train", "0123456789abcdef")).FullName;
        File.WriteAllText(Path.Combine(earlier, "stage.json"), """["train",2,[{"Width":4}],[]]""");

        var (gone, count) = new StoredStages(root).Prune(null, null, dryRun: false);

        Assert.That((gone.Single().Key, count), Is.EqualTo(("0123456789abcdef", 1)));
        Assert.That(Directory.GetDirectories(Path.Combine(root, "train")), Has.Length.EqualTo(1));
    }

    private static void Write(StageWork work) => File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(Path.Combine(work.Folder, "part")).FullName, "weights"), new byte[4_000]);
}
