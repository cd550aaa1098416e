using Pole.Data;
using Pole.Data.Shapes;
using Pole.Data.Voc;
using Pole.Pipeline.Evaluation.Metrics;
using Pole.Pipeline.Inference.ClipEs;
using Pole.Pipeline.Inference.FrozenClip;
using Pole.Pipeline.Refinement.Steps;
using Pole.Pipeline.Stages;
using Pole.Zoo.Adaptors;
using Pole.Zoo.Affinity;
using Pole.Zoo.Backbones;
using Pole.Zoo.Clip;
using Pole.Zoo.Objective;
using Pole.Zoo.Prompts.Describing;
using Pole.Zoo.Segmentation;

namespace Pole.Pipeline.Tests;

/// <summary>The graph of stages: what it says of keys is what happens.</summary>
public sealed class StageGraphTests
{
    private static readonly Experiment Full = MicroExperiment.Full;

    private static readonly Dictionary<string, string> Texts = new() { ["TrainSplit"] = "other", ["EvaluationSplit"] = "other", ["Split"] = "train", ["Weights"] = "other.pth", ["BaselineWeights"] = "other.pth", ["InitialWeights"] = "other.pth" };

    /// <summary>Of three in the corpus, so that there can be more.</summary>
    private static readonly Experiment TwoNames = Full with { Prompt = Full.Prompt! with { Synonyms = 2 } };

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-graph-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    private static IEnumerable<TestCaseData> Chains =>
    [
        new TestCaseData(TwoNames with { Compute = new ComputeOptions { Threads = 2 }, Dataset = new ShapesOptions { TrainImages = 4, EvaluationImages = 2, Side = 32 }, Segmentation = Full.Segmentation! with { Split = "val" } }).SetArgDisplayNames("Shapes"),
        new TestCaseData(Voc with { Clip = new VitB32Options() }).SetArgDisplayNames("VOC and a published CLIP"),
        new TestCaseData(Voc with { Clip = new VitB32Options { Source = ClipSource.HuggingFace }, BaselineWeights = "res50_cam.pth", Segmentation = Full.Segmentation! with { Backbone = null, Masks = MaskSource.Truth }, Refinement = null }).SetArgDisplayNames("VOC, a baseline from elsewhere, and the bound"),
    ];

    /// <summary>Every key of the schema, one at a time.</summary>
    [TestCaseSource(nameof(Chains))]
    public void The_stages_that_a_change_is_said_to_affect_are_those_whose_keys_change(Experiment experiment)
    {
        var context = TinyVoc.Context(folder, new RecordingProgress());
        var before = KeysOf(experiment, context);
        var changes = SpecMutations.Of(experiment, Texts).ToList();

        Assert.That(changes, Has.Count.GreaterThan(60));
        Assert.Multiple(() =>
        {
            foreach (var (path, changed) in changes)
            {
                var after = KeysOf(changed, context);
                Assert.That(StageGraph.Affected(experiment, changed), Is.EqualTo(after.Where(stage => before.GetValueOrDefault(stage.Key) != stage.Value).Select(stage => stage.Key)), path);
            }
        });
    }

    [Test]
    public void Every_key_that_a_fingerprint_depends_on_is_read_by_a_stage()
    {
        var unread = SpecMutations.Of(TwoNames, Texts).Where(change => change.Changed.Fingerprint != TwoNames.Fingerprint && StageGraph.Affected(TwoNames, change.Changed).Count == 0).Select(change => change.Path);

        Assert.That(unread, Is.Empty);
    }

    private static IEnumerable<TestCaseData> Changes =>
    [
        Change("seed", Full with { Seed = 5 }),
        Change("compute.threads", Full with { Compute = new ComputeOptions { Threads = 1 } }),
        Change("dataset.train-images", Full with { Dataset = new ShapesOptions { TrainImages = 14, EvaluationImages = 4, Side = 64 } }),
        Change("baseline.epochs", Full with { Baseline = Full.Baseline! with { Epochs = 2 } }),
        Change("cam.threshold", Full with { Cam = Full.Cam with { Threshold = 0.4 } }),
        Change("cam.scales", Full with { Cam = Full.Cam with { Scales = [1] } }),
        Change("clip.cone", Full with { Clip = (TinyClipOptions)Full.Clip! with { Cone = 0.5 } }),
        Change("clip.gap", Full with { Clip = (TinyClipOptions)Full.Clip! with { Gap = 0.3 } }),
        Change("clip.masked", Full with { Clip = (TinyClipOptions)Full.Clip! with { Masked = 0.5 } }),
        Change("prompt.masking", Full with { Prompt = Full.Prompt! with { Masking = Masking.Mean } }),
        Change("prompt.template", Full with { Prompt = Full.Prompt! with { Template = "a {}." } }),
        Change("prompt.synonyms", Full with { Prompt = Full.Prompt! with { Synonyms = 2 } }),
        Change("prompt.synonyms-by-class", Full with { Prompt = Full.Prompt! with { SynonymsByClass = new Dictionary<string, int> { ["fish"] = 2 } } }),
        Change("prompt.selection-template", Full with { Prompt = Full.Prompt! with { SelectionTemplate = "a {}." } }),
        Change("baseline.norms", Full with { Baseline = Full.Baseline! with { Norms = NormMode.FixedStatistics } }),
        Change("prompt.backgrounds", Full with { Prompt = Full.Prompt! with { Backgrounds = ["water"] } }),
        Change("objective.terms[3].weight", Full with { Objective = new ObjectiveOptions { Terms = [.. Full.Objective!.Terms.Take(3), new RegOptions { Weight = 1 }] } }),
        Change("adaptor.image.ratio", Full with { Adaptor = Full.Adaptor with { Image = new ResidualAdaptorOptions { Ratio = 0.3 } } }),
        Change("refinement.foreground", Full with { Refinement = Full.Refinement! with { Foreground = 0.4 } }),
        Change("refinement.foreground-alpha", Full with { Refinement = Full.Refinement! with { ForegroundAlpha = 4, BackgroundAlpha = 32 } }),
        Change("refinement.affinity.walk-radius", Full with { Refinement = Full.Refinement! with { Affinity = new IrNetOptions { PairRadius = 3, WalkRadius = 2 } } }),
        Change("refinement.backbone", Full with { Refinement = Full.Refinement! with { Backbone = new ResNetOptions { Width = 4 } } }),
        Change("refinement.steps[0].beta", Full with { Refinement = Full.Refinement! with { Steps = [new RandomWalkOptions { ExpTimes = 2, Beta = 5 }, new DenseCrfStepOptions()] } }),
        Change("refinement.steps[1].iterations", Full with { Refinement = Full.Refinement! with { Steps = [new RandomWalkOptions { ExpTimes = 2 }, new DenseCrfStepOptions { Iterations = 2 }] } }),
        Change("metrics", Full with { Metrics = [new RecallOptions()] }),
        Change("segmentation.network.rates", Full with { Segmentation = Full.Segmentation! with { Network = new DeepLabV2Options { Rates = [1, 3], Scales = [0.5] } } }),
        Change("segmentation.loss", Full with { Segmentation = Full.Segmentation! with { Loss = SegmentationLoss.Balanced } }),
        Change("segmentation.crf.iterations", Full with { Segmentation = Full.Segmentation! with { Crf = DenseCrfOptions.DeepLab with { Iterations = 2 } } }),
        Change("segmentation.split", Full with { Segmentation = Full.Segmentation! with { Split = "train" } }),
    ];

    [Test]
    public void What_CLIP_ES_chooses_names_by_is_read_where_it_chooses()
    {
        var best = MicroExperiment.FrozenClip;
        var mean = best with { Cam = best.Cam with { Source = (ClipEsOptions)best.Cam.Source! with { Names = NameUse.Mean } } };
        IReadOnlyList<string> Affected(Experiment experiment, Func<PromptOptions, PromptOptions> change) => StageGraph.Affected(experiment, experiment with { Prompt = change(experiment.Prompt!) });

        Assert.That(Affected(best, prompt => prompt with { Masking = Masking.Mean }), Does.Contain("evaluation"));
        Assert.That(Affected(best, prompt => prompt with { SelectionTemplate = "a {}." }), Does.Contain("evaluation"));
        Assert.That(Affected(mean, prompt => prompt with { Masking = Masking.Mean }), Is.Empty);
        Assert.That(Affected(mean, prompt => prompt with { Template = "a {}." }), Does.Contain("evaluation"));
    }

    /// <summary>Each in an empty store: nothing is found there, and a stage that read what it does not declare would give other files under the same key.</summary>
    [Test]
    public void A_stage_whose_key_does_not_change_gives_the_same_bytes_and_every_stage_answers_to_a_key() => Compare(Changes.Select(change => ((string)change.Arguments[0]!, (Experiment)change.Arguments[1]!)));

    [Test, Explicit("the same for every key of the schema: minutes; .ci/run runs it"), Category("Slow")]
    public void A_stage_whose_key_does_not_change_gives_the_same_bytes_whatever_key_changes() =>
        Compare(SpecMutations.Of(Full, Texts).Where(change => change.Changed.Fingerprint != Full.Fingerprint && !DoesNotFit.Contains(change.Path)));

    /// <summary>Values that the build refuses together with the rest of the experiment.</summary>
    private static readonly string[] DoesNotFit =
        ["backbone.stride", "baseline-weights", "baseline.initial-weights", "clims.initial-weights", "refinement.training.initial-weights", "segmentation.training.initial-weights", "segmentation.backbone.weights", "clims.iterations", "baseline.iterations", "refinement.training.iterations", "refinement.training.crop", "segmentation.training.iterations", "segmentation.masks", "prompt.synonyms", "prompt.backgrounds"];

    [Test]
    public void What_decides_the_order_of_sums_is_in_the_key_of_every_stage() =>
        Assert.That(StageGraph.Affected(Full, Full with { Compute = new ComputeOptions { Threads = 3 } }), Is.EqualTo(StageGraph.Of(Full).Nodes.Where(node => node.IsStored).Select(node => node.Name)));

    [Test]
    public void A_process_does_not_compute_with_other_instructions_than_a_spec_asks_for() =>
        Assert.That(() => new ExperimentRun(MicroExperiment.Baseline with { Compute = new ComputeOptions { Instructions = InstructionSet.Avx512 } }, MicroExperiment.Context(folder, new RecordingProgress())).Run(),
            Throws.InstanceOf<ExperimentException>().With.Message.StartsWith("micro/cam: compute.instructions is avx512, and this process computes with those of the CPU: run it by itself"));

    [Test]
    public void A_stage_cannot_read_what_it_does_not_declare()
    {
        var declared = SpecValue.Of(experiment => experiment.Cam.Scales);
        var spec = new StageSpec(Full, "mine", [declared]);

        Assert.That(spec.Read(declared), Is.EqualTo(Full.Cam.Scales));
        Assert.That(() => spec.Read(SpecValue.Of(experiment => experiment.Cam.Threshold)), Throws.InvalidOperationException.With.Message.Contains("the stage 'mine' reads 'cam.threshold', which is not among its Reads"));
    }

    [Test]
    public void Every_stage_reads_keys_of_the_schema()
    {
        var paths = SpecMutations.Of(Full with { BaselineWeights = "a.pth", Prompt = Full.Prompt! with { Learner = new Zoo.Prompts.Learning.ContextOptions(), Selection = new Zoo.Prompts.Selection.RandomNameOptions() }, Refinement = Full.Refinement! with { Steps = [new RandomWalkOptions { BackgroundPower = 2 }], Backbone = new ResNetOptions() } }, Texts).Select(change => change.Path).Concat(["clip", "cam.network", "cam.source", "metrics", "prompt.descriptions"]).ToList();

        Assert.That(StageGraph.Chain.SelectMany(stage => stage.Reads).SelectMany(value => value.Paths).Distinct().Where(read => !paths.Any(path => path == read || path.StartsWith($"{read}.", StringComparison.Ordinal) || path.StartsWith($"{read}[", StringComparison.Ordinal))), Is.Empty);
    }

    [Test]
    public void Another_sentence_affects_what_is_judged_by_it_or_made_of_it()
    {
        Experiment Described(Experiment experiment, string sentence) => experiment with
        {
            Prompt = experiment.Prompt! with { Learner = new MeanOfDescriptionsOptions(), Descriptions = [new Descriptions { Name = "own", Sentences = DatasetClasses.Of(experiment.Dataset).ToDictionary(name => name, IReadOnlyList<string> (_) => [sentence]) }] },
        };

        Assert.That(StageGraph.Affected(Described(MicroExperiment.Pole, "a boat."), Described(MicroExperiment.Pole, "a fish.")), Is.EqualTo(new[] { "clims", "evaluation" }));
        Assert.That(StageGraph.Affected(Described(MicroExperiment.FrozenClip, "a boat."), Described(MicroExperiment.FrozenClip, "a fish.")), Does.Contain("evaluation").And.Not.Contain("clip"));
    }

    [Test]
    public void Another_published_CLIP_affects_everything_after_it() =>
        Assert.That(StageGraph.Affected(Voc with { Clip = new VitB32Options() }, Voc with { Clip = new VitB16Options() }),
            Is.EqualTo(new[] { "masked-features", "selection", "clims", "evaluation", "confident-labels", "affinity", "pseudo-masks", "mask-evaluation", "segmentation", "segmentation-evaluation" }));

    [Test]
    public void A_stage_that_takes_what_nobody_gives_is_named() =>
        Assert.That(() => StageGraph.Of(MicroExperiment.Baseline with { Stages = [new MaskCopyOptions()] }), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo("micro/cam: the stage 'mask-copy' takes masks, which no stage of the experiment gives"));

    [Test]
    public void A_stage_that_a_list_has_twice_has_two_keys_and_runs_twice()
    {
        var result = new ExperimentRun(MicroExperiment.Baseline with { Segmentation = Full.Segmentation, Stages = [new MaskCopyOptions(), new MaskCopyOptions()] }, MicroExperiment.Context(folder, new RecordingProgress())).Run();

        var stages = result.Stages.ToDictionary(stage => stage.Stage, stage => stage);
        Assert.That(stages.Keys, Is.EqualTo(new[] { "baseline", "evaluation", "pseudo-masks", "mask-copy", "mask-copy-2", "mask-evaluation", "segmentation", "segmentation-evaluation" }));
        Assert.That(stages["mask-copy"].Key, Is.Not.EqualTo(stages["mask-copy-2"].Key));
        Assert.That(result.MasksFolder, Is.EqualTo(stages["mask-copy-2"].Folder));
        Assert.That(Directory.GetFiles(stages["mask-copy-2"].Folder, "*.png"), Has.Length.EqualTo(12));
    }

    [Test]
    public void A_stage_is_called_as_its_module_is() =>
        Assert.That(() => StageGraph.Of(Full with { Stages = [new MisnamedOptions()] }), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo("micro/full: the module 'misnamed' makes a stage that calls itself 'mask-copy'; MisnamedOptions and MaskCopyStage have to say one name"));

    [Test]
    public void A_stage_does_not_take_the_name_of_a_built_in_one() =>
        Assert.That(() => StageGraph.Of(Full with { Stages = [new NamesakeOptions()] }), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo("micro/full: 'segmentation' is the name of a stage that is built in; NamesakeOptions needs another"));

    [Test]
    public void A_stage_is_defined_without_a_device() =>
        Assert.That(() => ModuleContext.None.Device, Throws.InvalidOperationException.With.Message.Contains("a stage has it from StageRun.Modules"));

    [TestCase("train", "Images", "the stage 'reader' reads Images of the sample")]
    [TestCase("train", "Classes", null)]
    [TestCase("val", "Classes", "the stage 'reader' reads the split val, which is not among its Data")]
    public void A_stage_cannot_read_data_that_it_does_not_declare(string split, string part, string? fault)
    {
        var experiment = MicroExperiment.Baseline with { Stages = [new ReaderOptions { Split = split, Part = Enum.Parse<SampleParts>(part) }] };
        void Run() => new ExperimentRun(experiment, MicroExperiment.Context(folder, new RecordingProgress())).Run();

        Assert.That(Run, fault is null ? Throws.Nothing : Throws.InvalidOperationException.With.Message.StartsWith(fault));
    }

    private static Experiment Voc => Full with { Name = "micro/voc", Dataset = new Voc12Options { TrainSplit = "train", EvaluationSplit = "val" }, Prompt = TwoNames.Prompt! with { Corpus = TinyVoc.Corpus }, Backbone = new ResNet50Options() };

    private void Compare(IEnumerable<(string Path, Experiment Changed)> changes)
    {
        var before = Stored("before", Full);
        var answered = new HashSet<string>();
        Assert.Multiple(() =>
        {
            foreach (var (path, changed) in changes)
            {
                var after = Stored("after", changed);
                foreach (var (stage, result) in after)
                {
                    var isSame = result.Files.Count == before[stage].Files.Count && result.Files.All(file => before[stage].Files.GetValueOrDefault(file.Key) is { } bytes && bytes.AsSpan().SequenceEqual(file.Value));
                    if (result.Key == before[stage].Key) Assert.That(isSame, $"{path}: {stage} has the same key and other files");
                    if (!isSame) answered.Add(stage);
                }

                Directory.Delete(Path.Combine(folder, "after"), recursive: true);
            }
        });
        Assert.That(answered, Is.EquivalentTo(before.Keys), "each stage gives other files for some key");
    }

    /// <summary>Key and files by stage of a run in an empty store; what is said of the result itself is left out.</summary>
    private Dictionary<string, (string Key, Dictionary<string, byte[]> Files)> Stored(string store, Experiment experiment) =>
        new ExperimentRun(experiment, MicroExperiment.Context(Path.Combine(folder, store), new RecordingProgress())).Run().Stages.ToDictionary(stage => stage.Stage, stage => (stage.Key,
            Directory.GetFiles(stage.Folder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) is not ("stage.json" or "machine.json" or "digests.json")).ToDictionary(file => Path.GetRelativePath(stage.Folder, file), File.ReadAllBytes)));

    private static Dictionary<string, string> KeysOf(Experiment experiment, RunContext context) => new ExperimentRun(experiment, context).Plan().ToDictionary(stage => stage.Stage, stage => stage.Key);

    private static TestCaseData Change(string path, Experiment changed) => new TestCaseData(path, changed).SetArgDisplayNames(path);
}

/// <summary>A stage from outside, between masks and segmentation.</summary>
[PoleModule("mask-copy")]
internal sealed record MaskCopyOptions : IModuleOptions<Stage>
{
    public Stage Create(ModuleContext context) => new MaskCopyStage();
}

internal sealed class MaskCopyStage : ImageStage
{
    public override string Name => "mask-copy";

    public override int Version => 1;

    public override IReadOnlyList<TakenSlot> Takes => [Slots.Masks];

    public override IReadOnlyList<FilledSlot> Fills => [FilledSlot.Of(Slots.Masks, (_, folder) => new MaskSet(folder))];

    public override IReadOnlyList<DataInput> Data => [DataInput.Train(SampleParts.None)];

    public override string SplitOf(StageSpec spec, IDataset dataset) => dataset.TrainSplit;

    public override void Produce(StageRun run, IEnumerable<ImageBlock> blocks)
    {
        foreach (var block in blocks)
        foreach (var sample in block.Of(run.Samples(run.Dataset.TrainSplit)))
        {
            File.Copy(run.Take(Slots.Masks).FileOf(sample), Path.Combine(block.ResultFolder, $"{sample.Id}.png"), overwrite: true);
            block.Progress.Advance(1);
        }
    }
}

[PoleModule("misnamed")]
internal sealed record MisnamedOptions : IModuleOptions<Stage>
{
    public Stage Create(ModuleContext context) => new MaskCopyStage();
}

[PoleModule("segmentation")]
internal sealed record NamesakeOptions : IModuleOptions<Stage>
{
    public Stage Create(ModuleContext context) => new NamesakeStage();

    private sealed class NamesakeStage : Stage
    {
        public override string Name => "segmentation";

        public override int Version => 1;

        public override void Produce(StageRun run, StageWork work)
        {
        }
    }
}

/// <summary>Declares classes of the training split, and reads what it is told.</summary>
[PoleModule("reader")]
internal sealed record ReaderOptions : IModuleOptions<Stage>
{
    public required string Split { get; init; }

    public required SampleParts Part { get; init; }

    public Stage Create(ModuleContext context) => new ReaderStage(Split, Part);

    private sealed class ReaderStage(string split, SampleParts part) : Stage
    {
        public override string Name => "reader";

        public override int Version => 1;

        public override IReadOnlyList<DataInput> Data => [DataInput.Train(SampleParts.Classes)];

        public override void Produce(StageRun run, StageWork work)
        {
            var sample = run.Samples(split)[0];
            if (part == SampleParts.Images) sample.LoadImage();
            else _ = sample.PresentClasses;
        }
    }
}
