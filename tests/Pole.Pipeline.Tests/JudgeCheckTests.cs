using Pole.Pipeline.Judging;
using Pole.Zoo.Objective;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>What is asked of a judge, on judges whose answers are known.</summary>
public sealed class JudgeCheckTests
{
    private static readonly IReadOnlyList<string> Names = CandidateMasks.Names;

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-judge-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Candidates_are_the_true_mask_and_what_a_training_may_take_for_it()
    {
        using var scope = NewDisposeScope();
        // 25 × 25: a square of 5 × 5 without a corner, and another object of two pixels far from it.
        var labels = Labels((row, column) => row is >= 8 and < 13 && column is >= 8 and < 13 && (row, column) != (8, 8) ? 1 : row == 24 && column > 22 ? 2 : 0);

        var areas = Names.Zip(CandidateMasks.Of(labels, 0, CPU)).ToDictionary(pair => pair.First, pair => pair.Second.sum().item<float>());

        Assert.That(areas, Is.EquivalentTo(new Dictionary<string, float>
        {
            ["true mask"] = 24, ["shrunk by 4 %"] = 8, ["grown by 4 %"] = 48, ["grown by 12 %"] = 120, ["bounding box"] = 25, ["all objects"] = 26, ["other objects"] = 2, ["everything but the object"] = 601, ["whole image"] = 625, ["nothing"] = 0,
        }));
    }

    [Test]
    public void A_judge_that_sees_the_colours_of_things_answers_every_question_rightly()
    {
        using var scope = NewDisposeScope();
        using var clip = new ColourClip();
        var (pixels, labels) = Scene();
        var seen = new SeenImages(clip, Unit(0, 1), Unit(2));

        seen.Add(pixels, labels, [0, 1]);

        Assert.That(new[] { seen.WholeRight, seen.MaskRight, seen.OwnMaskCloser, seen.SceneryRight }, Is.EqualTo(new[] { new[] { true }, [true, true], [true, true], [true] }));
    }

    [Test]
    public void A_judge_that_takes_every_colour_for_another_answers_none()
    {
        using var scope = NewDisposeScope();
        using var clip = new ColourClip();
        var (pixels, labels) = Scene();
        // The first class has the colour of the second and the other way round, the scene that of the first class.
        var seen = new SeenImages(clip, Unit(1, 0), Unit(0));

        seen.Add(pixels, labels, [0, 1]);

        Assert.That(new[] { seen.MaskRight, seen.OwnMaskCloser, seen.SceneryRight }, Is.EqualTo(new[] { new[] { false, false }, [false, false], [false] }));
    }

    [Test]
    public void The_objective_is_lowest_where_its_judge_sees_the_object_and_nothing_else()
    {
        using var scope = NewDisposeScope();
        using var clip = new ColourClip();
        var (pixels, labels) = Scene();
        var losses = new CandidateLosses(new ObjectiveOptions { Terms = [new OtmOptions(), new BtmOptions(), new RegOptions()] }, clip, Unit(0, 1), Unit(2), [], ModuleContext.None with { Device = CPU });

        losses.Add(pixels, labels, 0);

        Assert.That(losses.TrueLowest, Is.EqualTo(new[] { true }));
        var byName = losses.Results().ToDictionary(candidate => candidate.Name);
        Assert.That(byName["true mask"].Total, Is.EqualTo(byName["true mask"].Terms.Values.Sum()).Within(1e-9));
        Assert.That(byName["other objects"].Terms["otm"], Is.GreaterThan(byName["true mask"].Terms["otm"]));
        Assert.That(byName["nothing"].Terms["btm"], Is.GreaterThan(byName["true mask"].Terms["btm"]));
    }

    [Test]
    public void A_check_trains_nothing_but_a_CLIP_of_its_own_and_looks_at_the_maps_that_are_stored()
    {
        var (before, run, after) = (new RecordingProgress(), new RecordingProgress(), new RecordingProgress());
        var first = JudgeCheck.Run(MicroExperiment.Pole, MicroExperiment.Context(folder, before), 3);
        new ExperimentRun(MicroExperiment.Pole, MicroExperiment.Context(folder, run)).Run();
        var second = JudgeCheck.Run(MicroExperiment.Pole, MicroExperiment.Context(folder, after), 3);

        Assert.That(before.Worked.Distinct(), Is.EqualTo(new[] { "data", "clip", "judge" }));
        Assert.That(first.Candidates.Select(candidate => candidate.Name), Is.EqualTo(Names));
        Assert.That(after.Worked.Distinct(), Is.EqualTo(new[] { "data", "judge" }));
        Assert.That(second.Candidates.Select(candidate => candidate.Name), Is.EqualTo(Names.Concat(["map of the baseline", "map after training"])));
        Assert.That(second.Names.Select(row => row.Mask), Is.EqualTo(new[] { "true mask", "map of the baseline", "map after training", "whole image" }));
        Assert.That((second.Names[0].AsAtTruth, second.Names[0]), Is.EqualTo((1.0, first.Names[0])));
        Assert.That(second.Names.Select(row => row.GroundTruthName), Is.All.InRange(0, 1));
        Assert.That(second.Criteria.Select(criterion => (criterion.Question, criterion.Value, criterion.Cases)).SkipLast(1), Is.EqualTo(first.Criteria.Select(criterion => (criterion.Question, criterion.Value, criterion.Cases)).SkipLast(1)));
    }

    [Test]
    public void Without_names_to_choose_from_none_are_looked_at() =>
        Assert.That(JudgeCheck.Run(MicroExperiment.Pole with { Prompt = MicroExperiment.Pole.Prompt! with { Synonyms = 1, Selection = null } }, MicroExperiment.Context(folder, new RecordingProgress()), 2).Names, Is.Empty);

    [Test]
    public void An_experiment_without_CLIP_has_no_judge() =>
        Assert.That(() => JudgeCheck.Run(MicroExperiment.Baseline, MicroExperiment.Context(folder, new RecordingProgress()), 3), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo("micro/cam has no clip and no prompt: nothing judges there"));

    /// <summary>The first class above, the second below, between them scenery: each in a colour of its own.</summary>
    private static (Tensor Pixels, LabelMap Labels) Scene()
    {
        var labels = Labels((row, _) => row < 8 ? 1 : row >= 17 ? 2 : 0);
        var colours = new[] { CandidateMasks.MaskOf(labels, label => label == 1, CPU), CandidateMasks.MaskOf(labels, label => label == 2, CPU), CandidateMasks.MaskOf(labels, label => label == 0, CPU) };
        return (stack(colours).unsqueeze(0), labels);
    }

    private static LabelMap Labels(Func<int, int, int> labelOf) => new(25, 25, [.. Enumerable.Range(0, 625).Select(pixel => (byte)labelOf(pixel / 25, pixel % 25))]);

    /// <summary>Rows of the unit matrix.</summary>
    private static Tensor Unit(params long[] rows) => eye(3, device: CPU)[tensor(rows, device: CPU)];

    /// <summary>Embeds an image as its mean colour.</summary>
    private sealed class ColourClip() : ClipModel(nameof(ColourClip))
    {
        public override int ImageResolution => 25;

        public override PixelNormalisation Normalisation => PixelNormalisation.ImageNet;

        public override int EmbeddingSize => 3;

        public override ITextTokenizer Tokenizer => throw new NotSupportedException();

        public override Tensor EncodeImage(Tensor images) => images.mean([2L, 3L]) + 1e-3;

        public override Tensor EmbedTokens(Tensor tokens) => throw new NotSupportedException();

        public override Tensor EncodeEmbedded(Tensor embedded, Tensor ends) => throw new NotSupportedException();
    }
}
