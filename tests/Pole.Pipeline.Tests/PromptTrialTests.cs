using Pole.Data;
using Pole.Data.Imaging;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Inference.ClipEs;
using Pole.Pipeline.Inference.Excel;
using Pole.Pipeline.Stages;
using Pole.Pipeline.Trying;
using Pole.Zoo.Clip;
using Pole.Zoo.Prompts;
using Pole.Zoo.Prompts.Describing;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>Prompts on one image: what is asked, what is answered, and how the answer is POLE's.</summary>
public sealed class PromptTrialTests
{
    private const int Width = 60, Height = 40;

    private static readonly string[] Prompts = ["a photo of boat.", "a photo of canoe.", "a photo of fish."];

    private static readonly RgbImage Image = Noise(Width, Height);

    private string folder = "";

    /// <summary>A store with the small CLIP and the networks, which no test changes.</summary>
    [OneTimeSetUp]
    public void Run()
    {
        folder = Directory.CreateTempSubdirectory("pole-try-").FullName;
        new ExperimentRun(MicroExperiment.Pole, Context()).Run();
    }

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Each_prompt_of_a_frozen_CLIP_has_its_own_map_and_they_lie_between_0_and_1()
    {
        var tried = Ask(MicroExperiment.FrozenClip, null, Prompts);

        Assert.That(tried.HasMapOfPrompt);
        Assert.That(tried.Maps.Select(map => map.Length), Is.EqualTo(new[] { Width * Height, Width * Height, Width * Height }));
        Assert.That(tried.Maps.SelectMany(map => map.ToArray()), Is.All.InRange(0, 1));
        Assert.That(tried.Maps[1].ToArray(), Is.Not.EqualTo(tried.Maps[0].ToArray()));
        Assert.That(tried.Prompts.Select(prompt => prompt.Text), Is.EqualTo(Prompts));
    }

    [Test]
    public void The_map_of_a_prompt_is_the_CAM_of_an_image_with_that_class_alone()
    {
        var tried = Ask(MicroExperiment.FrozenClip, null, "a photo of boat.");
        using var chain = new ExperimentRun(MicroExperiment.FrozenClip, Context()).RunTo(Slots.Clip);
        var prompts = new ClipPrompts(chain.Final(Slots.Clip)!, "a photo of {}.", [["boat"]], MicroExperiment.FrozenClip.Prompt!.Backgrounds);
        using var source = ((ClipEsOptions)MicroExperiment.FrozenClip.Cam.Source!).Create(new CamSourceBase(["boat"], prompts), Context().Modules);
        using var cam = source.Of(new External.GivenSample("a", Image, [0]), Image)!;

        Assert.That(tried.Maps[0].ToArray(), Is.EqualTo(cam.HighResolution.ToFloats()).Within(1e-4f));
    }

    [Test]
    public void Where_all_classes_compete_a_prompt_takes_the_place_of_the_class_that_is_asked_for()
    {
        var tried = Ask(Excel, "fish");
        var classes = DatasetClasses.Of(Excel.Dataset);
        using var chain = new ExperimentRun(Excel, Context()).RunTo(Slots.Clip);
        using var source = ((ExcelOptions)Excel.Cam.Source!).Create(new CamSourceBase(classes, new ClipPrompts(chain.Final(Slots.Clip)!, "a photo of {}.", [.. classes.Select(name => (IReadOnlyList<string>)[name == "fish" ? "shark" : name])], Excel.Prompt!.Backgrounds)), Context().Modules);
        using var cam = source.Of(new External.GivenSample("a", Image, [classes.ToList().IndexOf("fish")]), Image)!;

        Assert.That(tried.Prompts[1].MapText, Is.EqualTo("a photo of shark."));
        Assert.That(tried.Maps[1].ToArray(), Is.EqualTo(cam.HighResolution.ToFloats()).Within(1e-4f));
        Assert.That(tried.Prompts.Select(prompt => prompt.Probability), Is.All.InRange(0.0, 1.0));
    }

    [Test]
    public void A_prompt_without_a_class_does_not_compete_with_the_class_that_is_called_so() =>
        Assert.That(Ask(Excel, null, "a photo of fish.").Maps[0].ToArray(), Is.EqualTo(Ask(Excel, "fish").Maps[0].ToArray()).Within(1e-4f));

    [Test]
    public void Descriptions_of_a_class_have_rows_with_their_weights_and_the_text_made_of_them_comes_last()
    {
        var tried = Ask(Described(Excel, new NamesAndDescriptionsOptions { Share = 0.4 }), "boat");

        Assert.That(tried.Prompts.Select(prompt => (prompt.Text, prompt.Weight)), Is.EqualTo(new[]
        {
            ("a photo of boat.", 0.4), ("a photo of sailboat.", null), ("a photo of canoe.", null), ("a photo of boat.", 0.3), ("a photo of a canoe.", 0.3), ("the text of boat, names-and-descriptions", (double?)null),
        }));
        Assert.That(tried.Maps, Has.Count.EqualTo(6));
        Assert.That(tried.Prompts[^1].Score, Is.Null, "nothing chooses it");
        Assert.That(tried.Prompts.SkipLast(1).Sum(prompt => prompt.Score), Is.EqualTo(1).Within(1e-5));
        Assert.That(tried.Chosen, Is.LessThan(5));
    }

    [Test]
    public void The_map_of_the_text_that_is_made_of_descriptions_is_the_CAM_of_a_run()
    {
        var experiment = Described(Excel, new MeanOfDescriptionsOptions());
        var tried = Ask(experiment, "boat");
        using var chain = new ExperimentRun(experiment, Context()).RunTo(PipelineSlots.CamSource);
        using var source = chain.Final(PipelineSlots.CamSource)!.Open();
        using var cam = source.Of(new External.GivenSample("a", Image, [0]), Image)!;

        Assert.That(tried.Maps[^1].ToArray(), Is.EqualTo(cam.HighResolution.ToFloats()).Within(1e-4f));
    }

    [Test]
    public void Descriptions_that_one_is_chosen_of_are_candidates_and_nothing_is_made_of_them()
    {
        var tried = Ask(Described(Excel, new BestDescriptionOptions()), "boat");

        Assert.That(tried.Prompts.Select(prompt => prompt.Text), Is.EqualTo(new[] { "a photo of boat.", "a photo of sailboat.", "a photo of canoe.", "a photo of boat.", "a photo of a canoe." }));
        Assert.That(tried.Prompts.Select(prompt => prompt.Weight), Is.All.Null);
    }

    [Test]
    public void The_choice_is_by_the_cosine_to_the_image_under_the_first_map()
    {
        using var scope = NewDisposeScope();
        var tried = Ask(MicroExperiment.FrozenClip, null, Prompts);
        using var chain = new ExperimentRun(MicroExperiment.FrozenClip, Context()).RunTo(Slots.Clip);
        var clip = chain.Final(Slots.Clip)!;
        var maps = stack([.. tried.Maps.Select(map => tensor(map.ToArray(), [Height, Width]))], 0);
        var cosines = CosineSimilarity.Between(MaskedFeatures.Embed(clip, Image, maps, Masking.Black, CPU), PromptEncoder.Encode(clip, "{}", Prompts, CPU));

        Assert.That(tried.Prompts.Select(prompt => prompt.Cosine), Is.EqualTo(cosines[0].ToFloats()).Within(1e-5));
        Assert.That(tried.Prompts.Select(prompt => prompt.OwnCosine), Is.EqualTo(cosines.diagonal().ToFloats()).Within(1e-5));
        Assert.That(tried.Chosen, Is.EqualTo((int)cosines[0].argmax().item<long>()));
        Assert.That(tried.Prompts.Sum(prompt => prompt.Score), Is.EqualTo(1).Within(1e-5));
        Assert.That(tried.Prompts.MaxBy(prompt => prompt.Score), Is.EqualTo(tried.ChosenPrompt));
    }

    [Test]
    public void A_prompt_that_comes_first_decides_what_the_others_are_compared_on()
    {
        var (one, other) = (Ask(MicroExperiment.FrozenClip, null, Prompts), Ask(MicroExperiment.FrozenClip, null, [.. Prompts.Reverse()]));

        Assert.That(other.Prompts[^1].Cosine, Is.Not.EqualTo(one.Prompts[0].Cosine).Within(1e-6));
        Assert.That(other.Prompts[^1].OwnCosine, Is.EqualTo(one.Prompts[0].OwnCosine).Within(1e-4));
    }

    [Test]
    public void A_probability_is_that_among_the_prompt_and_the_backgrounds()
    {
        using var scope = NewDisposeScope();
        var tried = Ask(MicroExperiment.FrozenClip, null, "a photo of boat.", "a photo of water.");

        Assert.That(tried.Prompts.Select(prompt => prompt.Probability), Is.All.InRange(0.0, 1.0));
        // The second is itself a background, so that two of three texts are the same.
        Assert.That(tried.Prompts[1].Probability, Is.LessThan(0.5 + 1e-6));
    }

    [Test]
    public void A_class_stands_for_all_names_of_the_corpus_in_the_templates_of_the_experiment()
    {
        var experiment = MicroExperiment.FrozenClip with { Prompt = MicroExperiment.FrozenClip.Prompt! with { Synonyms = 2, SelectionTemplate = "a {}" } };
        var question = TrialQuestion.Of(experiment, "boat", []);

        Assert.That(question.Texts, Is.EqualTo(new[] { new TrialText("a boat", "a photo of boat."), new TrialText("a sailboat", "a photo of sailboat."), new TrialText("a canoe", "a photo of canoe.") }));
        Assert.That((question.Class, question.ClassIndex), Is.EqualTo(("boat", 0)));
    }

    [Test]
    public void A_trained_network_has_one_map_of_the_class_for_all_prompts()
    {
        var tried = Ask(MicroExperiment.Pole, "fish");
        using var scope = NewDisposeScope();
        using var source = new ExperimentRun(MicroExperiment.Pole, Context()).OpenCams();
        using var cam = source.Of(new External.GivenSample("a", Image, [1]), Image)!;

        Assert.That(tried.HasMapOfPrompt, Is.False);
        Assert.That(tried.Maps.Single().ToArray(), Is.EqualTo(cam.HighResolution.ToFloats()).Within(1e-5f));
        Assert.That(tried.Prompts.Select(prompt => prompt.Text), Is.EqualTo(new[] { "a photo of fish.", "a photo of shark.", "a photo of ray." }));
        Assert.That(tried.Prompts.Select(prompt => prompt.Cosine).Distinct().Count(), Is.EqualTo(3));
        Assert.That(tried.Prompts.Select(prompt => prompt.Probability), Is.All.Null);
    }

    [Test]
    public void The_CLIP_that_stored_CAMs_are_made_with_stays_open()
    {
        using var scope = NewDisposeScope();
        new ExperimentRun(MicroExperiment.FrozenClip, Context()).Run();
        using var source = new ExperimentRun(MicroExperiment.FrozenClip, Context()).OpenCams();
        using var cam = source.Of(new External.GivenSample("a", Image, [1]), Image)!;

        Assert.That(cam.HighResolution.isfinite().all().item<bool>(), Is.True);
    }

    [Test]
    public void Prompts_of_ones_own_are_tried_on_the_map_of_a_class() =>
        Assert.That(Ask(MicroExperiment.Pole, "fish", "a photo of bird.").Prompts.Select(prompt => prompt.Text), Is.EqualTo(new[] { "a photo of bird." }));

    [Test]
    public void A_large_image_is_reduced()
    {
        var tried = AskAbout(Noise(PromptTrial.Side * 2, 64), MicroExperiment.FrozenClip, null, "a photo of boat.");

        Assert.That((tried.Image.Width, tried.Image.Height, tried.Maps[0].Length), Is.EqualTo((PromptTrial.Side, 32, PromptTrial.Side * 32)));
    }

    [TestCase(12, 40)]
    [TestCase(20, 401)]
    public void A_sliver_is_an_error(int width, int height) =>
        Assert.That(() => AskAbout(Noise(width, height), MicroExperiment.FrozenClip, null, "a photo of boat."), Throws.TypeOf<ExperimentException>().With.Message.StartsWith($"the image has {width}×{height} pixels;"));

    [Test]
    public void Without_the_network_in_the_store_the_run_comes_first()
    {
        var other = MicroExperiment.Pole with { Name = "micro/other", Seed = 5 };

        Assert.That(() => Ask(other, "fish"), Throws.TypeOf<ExperimentException>().With.Message.EqualTo("micro/other is not in the store, or not all of it: run it first (pole run micro/other)"));
    }

    [Test]
    public void What_cannot_be_asked_is_one_error_each()
    {
        string Fault(Experiment experiment, string? className, params string[] prompts) => Assert.Throws<ExperimentException>(() => TrialQuestion.Of(experiment, className, prompts))!.Message;

        Assert.Multiple(() =>
        {
            Assert.That(Fault(MicroExperiment.Baseline, "fish"), Is.EqualTo("micro/cam has no clip and no prompt: nothing reads prompts there"));
            Assert.That(Fault(MicroExperiment.FrozenClip, null), Does.StartWith("nothing is tried"));
            Assert.That(Fault(MicroExperiment.FrozenClip, "fish", "a fish"), Does.EndWith("not both"));
            Assert.That(Fault(MicroExperiment.FrozenClip, "cow"), Does.StartWith("micro/clip-es has no class 'cow'; its classes are boat, fish"));
            Assert.That(Fault(MicroExperiment.Pole, null, "a fish"), Does.Contain("give the class that is seen (--class)"));
            Assert.That(Fault(MicroExperiment.FrozenClip, null, "a fish", " "), Does.StartWith("a prompt is empty"));
            Assert.That(Fault(MicroExperiment.FrozenClip, null, [.. Enumerable.Repeat("a fish", 65)]), Does.StartWith("65 prompts are too many"));
        });
    }

    [TestCase("a photo of submarine.", "has no word 'submarine'")]
    [TestCase("a photo of a photo of a photo of a photo of a photo of boat.", "has more than")]
    public void A_prompt_that_the_CLIP_cannot_read_is_an_error(string prompt, string reason) =>
        Assert.That(() => Ask(MicroExperiment.FrozenClip, null, "a photo of boat.", prompt), Throws.TypeOf<ExperimentException>().With.Message.Contains(reason));

    [TestCase("clip-es")]
    [TestCase("excel")]
    [TestCase("network")]
    public void A_question_leaves_nothing_in_native_memory(string maps)
    {
        var experiment = maps == "excel" ? Described(Excel, new NamesAndDescriptionsOptions()) : maps == "network" ? MicroExperiment.Pole : MicroExperiment.FrozenClip;
        var question = TrialQuestion.Of(experiment, "fish", []);
        using var trial = PromptTrial.Open(experiment, Context());
        trial.Ask(Image, question);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var time = 0; time < 3; time++) trial.Ask(Image, question);

        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));
    }

    private static Experiment Excel { get; } = MicroExperiment.FrozenClip with
    {
        Name = "micro/excel", Cam = MicroExperiment.FrozenClip.Cam with { Source = new ExcelOptions { Side = 64, Blocks = 2, Refinement = new ExcelRefinementOptions { Blocks = 3 } } }, Prompt = MicroExperiment.FrozenClip.Prompt! with { Synonyms = 1 },
    };

    /// <summary>With two sentences about each class, of words that the small CLIP knows.</summary>
    private static Experiment Described(Experiment experiment, IModuleOptions<PromptLearner, PromptNames> learner) => experiment with
    {
        Prompt = experiment.Prompt! with
        {
            Learner = learner,
            Descriptions = [new Descriptions { Name = "own", Sentences = DatasetClasses.Of(experiment.Dataset).ToDictionary(name => name, IReadOnlyList<string> (name) => [$"a photo of {name}.", "a photo of a canoe."]) }],
        },
    };

    private TriedPrompts Ask(Experiment experiment, string? className, params string[] prompts) => AskAbout(Image, experiment, className, prompts);

    private TriedPrompts AskAbout(RgbImage image, Experiment experiment, string? className, params string[] prompts)
    {
        var question = TrialQuestion.Of(experiment, className, prompts);
        using var trial = PromptTrial.Open(experiment, Context());
        return trial.Ask(image, question);
    }

    private RunContext Context() => MicroExperiment.Context(folder, new RecordingProgress());

    private static RgbImage Noise(int width, int height) => new(width, height, [.. Enumerable.Range(0, width * height * 3).Select(value => (byte)(value * (long)value * 7 % 251))]);
}
