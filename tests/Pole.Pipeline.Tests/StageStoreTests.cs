using Pole.Pipeline.Artifacts;

namespace Pole.Pipeline.Tests;

public sealed class StageStoreTests
{
    private static readonly StageKey Key = new("train", 1, [new TrainingOptions { Epochs = 1, LearningRate = 0.1 }], ["upstream"]);

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

        Assert.That(Directory.GetFiles(store.GetOrProduce(Key, _ => { })).Select(Path.GetFileName), Is.EqualTo(new[] { "stage.json" }));
        Assert.That(Directory.Exists(left), Is.False);
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
        StageKey[] others = [Key with { Stage = "other" }, Key with { Version = 2 }, Key with { Inputs = [new TrainingOptions { Epochs = 2, LearningRate = 0.1 }] }, Key with { Upstream = ["else"] }];

        Assert.That(others.Append(Key).Select(key => key.Hash), Is.Unique);
    }
}
