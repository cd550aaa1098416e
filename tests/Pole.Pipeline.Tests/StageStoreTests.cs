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
        for (var time = 0; time < 2; time++) store.GetOrProduce(Key, (_, _) => produced++);

        Assert.That(produced, Is.EqualTo(1));
    }

    [Test]
    public void A_result_says_what_it_was_made_of() =>
        Assert.That(File.ReadAllText(Path.Combine(new StageStore(root, new RecordingProgress()).GetOrProduce(Key, (_, _) => { }), "stage.json")), Does.Contain("\"LearningRate\":0.1"));

    [Test]
    public void A_failed_stage_leaves_nothing()
    {
        Assert.That(() => new StageStore(root, new RecordingProgress()).GetOrProduce(Key, (folder, _) =>
        {
            File.WriteAllText(Path.Combine(folder, "half"), "");
            throw new InvalidOperationException();
        }), Throws.InvalidOperationException);
        Assert.That(Directory.EnumerateDirectories(Path.Combine(root, "train")), Is.Empty);
    }

    [Test]
    public void A_place_that_cannot_be_written_is_named_with_the_way_out()
    {
        var file = Path.Combine(root, "file");
        File.WriteAllText(file, "");

        Assert.That(() => new StageStore(file, new RecordingProgress()).GetOrProduce(Key, (_, _) => { }),
            Throws.InstanceOf<ExperimentException>().With.Message.Contains(file).And.Message.Contains("--store"));
    }

    [Test]
    public void Everything_in_a_key_counts()
    {
        StageKey[] others = [Key with { Stage = "other" }, Key with { Version = 2 }, Key with { Inputs = [new TrainingOptions { Epochs = 2, LearningRate = 0.1 }] }, Key with { Upstream = ["else"] }];

        Assert.That(others.Append(Key).Select(key => key.Hash), Is.Unique);
    }
}
