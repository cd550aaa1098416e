using Pole.Data.Shapes;

namespace Pole.Pipeline.Tests;

/// <summary>Runs of one stage or a part of one, as tasks of a cluster do them.</summary>
public sealed class StageByStageTests
{
    private static readonly Experiment Experiment = MicroExperiment.Full with { Dataset = new ShapesOptions { TrainImages = 140, EvaluationImages = 130, Side = 64 } };

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-stages-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Stages_run_one_by_one_and_in_shards_give_the_files_of_a_run_of_the_whole()
    {
        var (whole, parts) = (Path.Combine(folder, "whole"), Path.Combine(folder, "parts"));
        var run = Run(whole);
        var result = run.Run();
        foreach (var stage in Run(parts).Plan())
        {
            if (stage.Images is null) Assert.That(Run(parts).RunStage(stage.Stage, null), Is.True);
            else Assert.That(Enumerable.Range(0, 3).Select(shard => Run(parts).RunStage(stage.Stage, new(shard, 3))), Is.EqualTo(new[] { false, true, true }));
        }

        Assert.That(Files(parts).Keys, Is.EquivalentTo(Files(whole).Keys));
        Assert.That(Files(parts).Where(file => !file.Value.SequenceEqual(Files(whole)[file.Key])).Select(file => file.Key), Is.Empty);
        Assert.That(Run(parts).Run().Chain.Select(score => score.MeanIou), Is.EqualTo(result.Chain.Select(score => score.MeanIou)));
    }

    [Test]
    public void The_plan_has_the_stages_and_keys_of_the_run()
    {
        Experiment[] experiments = [MicroExperiment.Baseline, MicroExperiment.Pole, MicroExperiment.Full, MicroExperiment.Full with { Segmentation = MicroExperiment.Full.Segmentation! with { Masks = MaskSource.Truth } }];
        foreach (var experiment in experiments)
        {
            var before = Run(folder, experiment).Plan();
            var result = Run(folder, experiment).Run();

            Assert.That(before.Select(stage => (stage.Stage, stage.Key)), Is.EquivalentTo(result.Stages.Select(stage => (stage.Stage, stage.Key))), experiment.Name);
            Assert.That(Run(folder, experiment).Plan().All(stage => stage.IsStored), Is.True);
        }
    }

    [Test]
    public void A_stage_of_the_plan_comes_after_those_that_it_reads()
    {
        var plan = Run(folder, MicroExperiment.Full).Plan();

        Assert.That(plan.ToDictionary(stage => stage.Stage, stage => string.Join(' ', stage.Upstream.Select(key => plan.Single(other => other.Key == key).Stage).Order(StringComparer.Ordinal))), Is.EqualTo(new Dictionary<string, string>
        {
            ["clip"] = "", ["baseline"] = "", ["masked-features"] = "baseline clip", ["selection"] = "clip masked-features", ["clims"] = "baseline clip selection", ["evaluation"] = "clims",
            ["confident-labels"] = "clims", ["affinity"] = "clims confident-labels", ["pseudo-masks"] = "affinity clims", ["mask-evaluation"] = "pseudo-masks", ["segmentation"] = "pseudo-masks", ["segmentation-evaluation"] = "segmentation",
        }));
    }

    [Test]
    public void A_stage_whose_upstream_is_missing_says_which() => Assert.That(() => Run(folder, MicroExperiment.Pole).RunStage("clims", null),
        Throws.InstanceOf<ExperimentException>().With.Message.EqualTo("micro/pole: clims builds on the result of clip, which is not stored: it was not run, or failed"));

    [Test]
    public void A_stage_that_an_experiment_has_not_is_an_error() => Assert.That(() => Run(folder, MicroExperiment.Baseline).RunStage("clims", null),
        Throws.InstanceOf<ExperimentException>().With.Message.EqualTo("micro/cam has no stage 'clims'; it has baseline, evaluation"));

    private static ExperimentRun Run(string folder, Experiment? experiment = null) => new(experiment ?? Experiment, MicroExperiment.Context(folder, new RecordingProgress()));

    private static Dictionary<string, byte[]> Files(string folder) =>
        Directory.GetFiles(Path.Combine(folder, "stages"), "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).ToDictionary(file => Path.GetRelativePath(folder, file), File.ReadAllBytes);
}
