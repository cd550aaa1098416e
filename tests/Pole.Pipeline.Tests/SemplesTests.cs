using Pole.Data.Loading;
using Pole.Pipeline.External;
using Pole.Pipeline.Stages;
using Pole.Pipeline.Stages.Semples;
using Pole.Pipeline.Training;
using Pole.Zoo.Cam;
using Pole.Zoo.Clip;
using Pole.Zoo.Clip.Aligned;
using Pole.Zoo.Backbones;
using Pole.Zoo.Objective;
using Pole.Zoo.Prompts.Learning;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>SemPLeS's three trainings in the chain.</summary>
public sealed class SemplesTests
{
    private static readonly Experiment Semples = MicroExperiment.Semples;

    private static readonly BackgroundPromptsOptions Prompts = (BackgroundPromptsOptions)Semples.Stages![1];

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-semples-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void The_network_is_trained_then_the_prompts_then_the_network_from_the_baseline_again()
    {
        var progress = new RecordingProgress();
        var whole = Run(Semples, folder, progress);
        var again = new RecordingProgress();
        Run(Semples, folder, again);
        var clims = Run(Semples with { Objective = Semples.Objective!.WithoutLearntBackgrounds, Stages = null }, folder, new RecordingProgress());

        Assert.That(progress.Worked, Is.EqualTo(new[] { "data", "clip", "baseline", "segment-label-matching", "background-prompts", "clims", "evaluation" }));
        Assert.That(again.Worked, Is.EqualTo(new[] { "data" }), "everything is stored");
        Assert.That(File.ReadAllBytes(FileOf(whole, "segment-label-matching")), Is.EqualTo(File.ReadAllBytes(FileOf(clims, "clims"))), "the first training is CLIMS without the refining term");
        Assert.That(File.ReadAllBytes(FileOf(whole, "clims")), Is.Not.EqualTo(File.ReadAllBytes(FileOf(clims, "clims"))), "the third has the refining term");

        static string FileOf(ExperimentResult result, string stage) => Path.Combine(result.Stages.Single(made => made.Stage == stage).Folder, TrainedNetwork.WeightsFile);
    }

    [Test]
    public void A_trained_network_from_elsewhere_takes_the_place_of_its_trainings()
    {
        var outside = ExternalStage.OfNetwork(Semples, MicroExperiment.Context(folder, new RecordingProgress()));
        var graph = StageGraph.Of(Semples, outside);

        Assert.That(graph.Through(graph.Filling(PipelineSlots.CamScores)!).Select(node => node.Name), Is.EqualTo(new[] { "external-network", "cams-2", "evaluation" }));
    }

    [Test]
    public void A_change_affects_the_trainings_that_read_it()
    {
        IReadOnlyList<string> Affected(Experiment changed) => StageGraph.Affected(Semples, changed);

        Assert.That(Affected(Semples with { Objective = Semples.Objective! with { Terms = [.. Semples.Objective.Terms.Take(2), new SemanticRefinementOptions { Weight = 2 }] } }), Is.EqualTo(new[] { "clims", "evaluation" }));
        Assert.That(Affected(Semples with { Stages = [Semples.Stages![0], Prompts with { Objective = Prompts.Objective with { Terms = [new ContrastivePromptOptions { NameWeight = 0.5 }] } }] }), Is.EqualTo(new[] { "background-prompts", "clims", "evaluation" }));
        Assert.That(Affected(Semples with { Clims = Semples.Clims! with { LearningRate = 0.02 } }), Is.EqualTo(new[] { "segment-label-matching", "background-prompts", "clims", "evaluation" }));
        Assert.That(Affected(Semples with { Objective = Semples.Objective! with { MinMaxConstant = 0.2 } }), Is.EqualTo(new[] { "segment-label-matching", "background-prompts", "clims", "evaluation" }));
        Assert.That(Affected(Semples with { Clip = (TinyClipOptions)Semples.Clip! with { Cone = 0.5 } }), Does.Contain("background-prompts"));
    }

    [Test]
    public void With_names_to_choose_from_both_trainings_of_the_network_have_the_chosen_ones()
    {
        var graph = StageGraph.Of(Semples with { Prompt = Semples.Prompt! with { Synonyms = 3 } });

        Assert.That(graph.Nodes.Where(node => node.IsStored).Select(node => node.Name), Is.EqualTo(new[] { "clip", "baseline", "masked-features", "selection", "segment-label-matching", "background-prompts", "clims", "evaluation" }));
        Assert.That(new[] { "segment-label-matching", "clims" }.Select(stage => graph.Find(stage).Taken.Values.Select(node => node.Name)), Has.All.Contain("selection"));
        Assert.That(graph.Find("background-prompts").Taken.Values.Select(node => node.Stage.Name), Is.EquivalentTo(new[] { "segment-label-matching", "clip" }));
    }

    [Test]
    public void A_training_of_prompts_that_was_cut_off_ends_as_one_that_was_not()
    {
        using var source = new CancellationTokenSource();
        var (steps, interrupted, whole) = (0, Path.Combine(folder, "interrupted"), Path.Combine(folder, "whole"));
        var stopping = new RecordingProgress { OnAdvance = stage => { if (stage == "background-prompts" && ++steps == 2) source.Cancel(); } };
        Assert.That(() => new ExperimentRun(Semples, MicroExperiment.Context(interrupted, stopping, source.Token)).Run(), Throws.InstanceOf<OperationCanceledException>());
        var resumed = new RecordingProgress();
        var result = Run(Semples, interrupted, resumed);

        Assert.That(resumed.Stored, Is.EqualTo(new[] { "clip", "baseline", "segment-label-matching" }));
        Assert.That(File.ReadAllBytes(FileOf(result)), Is.EqualTo(File.ReadAllBytes(FileOf(Run(Semples, whole, new RecordingProgress())))));

        static string FileOf(ExperimentResult result) => Path.Combine(result.Stages.Single(made => made.Stage == "background-prompts").Folder, "background-prompts.safetensors");
    }

    [TestCase(0.1)]
    [TestCase(1e-4)]
    public void Maps_are_rectified_and_normalised_by_their_range_and_the_constant(double constant)
    {
        using var scope = NewDisposeScope();
        using var network = new ClassifierCamNetwork(Semples.Backbone!.Create(Modules), 2);
        network.eval();
        var images = rand(2, 3, 64, 64);
        var (maps, activations) = (network.Maps(images), new JudgedObjective(Semples.Objective! with { MinMaxConstant = constant }, Modules).Activations(network, images));

        foreach (var (image, index) in new[] { (0, 0), (0, 1), (1, 0), (1, 1) })
        {
            var values = maps[image, index].ToFloats().Select(value => Math.Max(0.0, value)).ToList();
            Assert.That(activations[image, index].ToFloats(), Is.EqualTo(values.Select(value => (value - values.Min()) / (values.Max() - values.Min() + constant))).Within(1e-5));
        }
    }

    [Test]
    public void A_step_gives_a_gradient_to_the_tokens_alone_and_leaks_no_tensor()
    {
        using var scope = NewDisposeScope();
        var dataset = Semples.Dataset.Create(Modules);
        dataset.Prepare(new RecordingProgress { Worked = { "data" } }, CancellationToken.None);
        var options = (TinyClipOptions)Semples.Clip!;
        using var clip = options.CreateJudge(options.CreateUntrained(((ICaptionSource)dataset).Vocabulary));
        clip.eval();
        foreach (var parameter in clip.parameters()) parameter.requires_grad_(false);
        using var network = new ClassifierCamNetwork(Semples.Backbone!.Create(Modules), dataset.Classes.Count);
        network.eval();
        using var learner = new BackgroundTokens(clip, Semples.Prompt!.Template, dataset.Classes.Count, 4, CPU);
        using var table = new PromptTable(clip, Semples.Prompt.Template, [.. dataset.Classes.Select(name => new[] { name })], [], null, PromptChoices.GroundTruthOnly, Modules, classBackgrounds: learner);
        var training = new BackgroundPromptTraining(network, clip, table, learner, Prompts.Objective, Modules);
        var batches = new TrainingBatches(dataset.Samples(dataset.TrainSplit), dataset.Classes.Count, Prompts.Training, 0);
        void Step()
        {
            using var inner = NewDisposeScope();
            using var batch = batches.Epoch(0, 1, CancellationToken.None).First().ToTensors();
            training.Loss(batch).Total.backward();
            using var nothing = new TrainingBatch([], batch.Images[..1].clone(), batch.Labels[..1].clone());
            var empty = training.Loss(nothing);
            empty.Total.backward();
            Assert.That((empty.Total.item<float>(), empty.Terms.Count), Is.EqualTo((0f, 0)), "a batch without objects");
        }

        Step();
        Assert.That(learner.parameters().Single().grad!.abs().sum().item<float>(), Is.Positive);
        Assert.That(network.parameters().Concat(clip.parameters()).Where(parameter => parameter.grad is not null), Is.Empty);

        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var step = 0; step < 3; step++) Step();
        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));
    }

    [TestCaseSource(nameof(Misfits))]
    public void What_does_not_fit_is_said_with_its_remedy(Experiment experiment, string path, string message)
    {
        var conflict = SpecConflict.Of(experiment).Single();

        Assert.That(conflict.Path, Is.EqualTo(path));
        Assert.That(conflict.Message, Does.Contain(message));
    }

    [Test]
    public void What_fits_has_no_conflict() => Assert.That(SpecConflict.Of(Semples), Is.Empty);

    [Test]
    public void Prompts_need_the_network_of_the_first_training() =>
        Assert.That(() => StageGraph.Of(Semples with { Stages = [Prompts] }), Throws.InstanceOf<ExperimentException>().With.Message.EndsWith("the stage 'background-prompts' takes a CAM network of the stage segment-label-matching, which no stage of the experiment gives"));

    private static IEnumerable<TestCaseData> Misfits
    {
        get
        {
            var (objective, first) = (Semples.Objective!, Semples.Stages![0]);
            var names = Semples.Prompt!.Corpus.Names.Keys.ToDictionary(name => name, name => (IReadOnlyList<string>)[name == "flower" ? "sunflower" : name], StringComparer.Ordinal);
            var aligned = Semples with { Clip = new AlignedRn50Options { Backbone = new ResNetOptions() }, Prompt = new PromptOptions { Template = "a {}", Corpus = new Corpus { Name = "micro", Names = names } } };
            return new[]
            {
                (Semples with { Stages = null }, "objective.terms[2]", "no stage learns them: give stages segment-label-matching and background-prompts, or leave the term out"),
                (Semples with { Stages = [first], Objective = objective.WithoutLearntBackgrounds }, "stages[0]", "give background-prompts behind it, or leave it out"),
                (Semples with { Objective = objective.WithoutLearntBackgrounds }, "stages[1]", "nothing reads the prompts that it learns: give clims and objective with the term semantic-refinement"),
                (Semples with { Objective = objective with { Terms = [new SemanticRefinementOptions()] } }, "objective.terms", "give otm and btm too"),
                (Semples with { Stages = [first, Prompts with { Objective = new ObjectiveOptions { Terms = [new RegOptions()] } }] }, "stages[1].objective", "no term of it trains the prompts: give contrastive-prompt"),
                (Semples with { Stages = [first, Prompts with { Tokens = 8 }] }, "stages[1].tokens", "8 learned tokens and 3 words of \"a photo of {}.\" do not fit into the 10 tokens that the clip reads besides start and end: give fewer than 8, and one less for each sign"),
                (aligned, "stages[1]", "aligned-rn50 has embeddings of names and no text tower, so that no prompt can be learnt: use a clip with published weights, such as vit-b-32"),
            }.Select(row => new TestCaseData(row.Item1, row.Item2, row.Item3).SetArgDisplayNames(row.Item2, row.Item3[..20]));
        }
    }

    private ModuleContext Modules => MicroExperiment.Context(folder, new RecordingProgress()).Modules;

    private static ExperimentResult Run(Experiment experiment, string store, RecordingProgress progress) => new ExperimentRun(experiment, MicroExperiment.Context(store, progress)).Run();
}
