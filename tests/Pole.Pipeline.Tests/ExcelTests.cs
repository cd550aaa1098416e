using Pole.Data;
using Pole.Data.Imaging;
using Pole.Pipeline.Inference.Excel;
using Pole.Pipeline.Inference.FrozenClip;
using Pole.Zoo.Cam;
using Pole.Zoo.Clip;
using Pole.Zoo.Prompts;
using Pole.Zoo.Prompts.Describing;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>ExCEL on one image: what its parts give is checked in Pole.Zoo.Tests.</summary>
public sealed class ExcelTests
{
    private const int Width = 60, Height = 40, Patch = 8, Side = 64, Heads = 4;

    private static readonly string[] Boat = ["boat", "canoe"], Fish = ["fish", "shark"], Bird = ["bird"], Backgrounds = ["water", "sky"];

    private static readonly string[][] Descriptions = [["a photo of a boat on water.", "a photo of a canoe."], ["a photo of a shark.", "a photo of fish on water."], ["a photo of a bird on sky."]];

    private static readonly RgbImage Image = new(Width, Height, [.. Enumerable.Range(0, Width * Height * 3).Select(value => (byte)(value * value * 7 % 251))]);

    private ClipModel clip = null!;

    [SetUp]
    public void MakeClip() => clip = Make(Patch);

    [TearDown]
    public void Dispose() => clip.Dispose();

    [Test]
    public void CAMs_are_those_of_the_squeezed_image_among_all_classes_and_the_backgrounds([Values] HeadSum heads)
    {
        using var scope = NewDisposeScope();
        using var cam = Cams(new ExcelOptions { Side = Side, Blocks = 2, Refinement = new ExcelRefinementOptions { Threshold = 0.5, Blocks = 3, Heads = heads } }, [["boat"], ["fish"], ["bird"]]);

        var network = ClipNetwork.Inside(clip)!;
        var pixels = nn.functional.interpolate(ImageTensors.Normalised(Image, network.Normalisation).unsqueeze(0), [Side, Side], mode: InterpolationMode.Bilinear, align_corners: false);
        using var tokens = network.Calibrate(pixels, 2, HeadSum.Sum, 3);
        var texts = PromptEncoder.Encode(network, "a photo of {}.", ["boat", "fish", "bird", .. Backgrounds], CPU);
        texts = texts / texts.norm(-1, true, 2);
        var first = FeatureSurgery.Maps(tokens, texts.unsqueeze(0).expand(2, -1, -1), [0, 2], TokenNorm.Tokens);
        // The first of the three blocks has no second path: its heads are averaged in either case.
        var factor = heads == HeadSum.Sum ? Heads : 1;
        using var affinity = new ClassAwareAffinity((tokens.Attentions[0] + tokens.Attentions[1] * factor + tokens.Attentions[2] * factor) / 3, 1);
        var refined = stack([affinity.Refine(first[0], 0.5), affinity.Refine(first[1], 0.5)], 0);
        Tensor Resized(long height, long width) => nn.functional.interpolate(refined.unsqueeze(0), [height, width], mode: InterpolationMode.Bilinear, align_corners: false)[0];

        Assert.That(cam.Classes, Is.EqualTo(new[] { 0, 2 }));
        Assert.That(cam.HighResolution.allclose(Resized(Height, Width), rtol: 1e-3, atol: 1e-4));
        Assert.That(cam.Strided.allclose(Resized(Height / 4, Width / 4), rtol: 1e-3, atol: 1e-4));
        Assert.That(refined.max().item<float>(), Is.EqualTo(1).Within(0.01));
    }

    [Test]
    public void The_published_oddities_are_the_defaults_and_each_changes_the_CAMs()
    {
        using var scope = NewDisposeScope();
        var published = new ExcelOptions { Side = Side, Blocks = 2, Refinement = new ExcelRefinementOptions { Blocks = 3 } };
        var values = Values(published);

        Assert.That((published.Heads, published.Norm, published.Refinement.Heads, published.Refinement.Threshold, new ExcelOptions().Side, new ExcelOptions().Blocks, new ExcelRefinementOptions().Blocks), Is.EqualTo((HeadSum.Sum, TokenNorm.Tokens, HeadSum.Sum, 0.79, 320, 5, 6)));
        Assert.That(Values(published with { Heads = HeadSum.Mean }), Is.Not.EqualTo(values).Within(1e-3));
        Assert.That(Values(published with { Norm = TokenNorm.Channels }), Is.Not.EqualTo(values).Within(1e-3));
        Assert.That(Values(published with { Refinement = published.Refinement with { Heads = HeadSum.Mean } }), Is.Not.EqualTo(values).Within(1e-3));
        Assert.That(Values(published with { Refinement = null }), Is.Not.EqualTo(values).Within(1e-3));
    }

    [Test]
    public void A_side_is_rounded_up_to_whole_patches()
    {
        using var scope = NewDisposeScope();

        Assert.That(Values(new ExcelOptions { Side = Side - Patch + 1, Blocks = 2 }), Is.EqualTo(Values(new ExcelOptions { Side = Side, Blocks = 2 })));
    }

    [Test]
    public void Absent_classes_compete_too()
    {
        using var scope = NewDisposeScope();
        var options = new ExcelOptions { Side = Side, Blocks = 2 };
        using var one = Cams(options, [["boat"], ["fish"], ["bird"]]);
        using var other = Cams(options, [["boat"], ["shark"], ["bird"]]);

        Assert.That(one.HighResolution.ToFloats(), Is.Not.EqualTo(other.HighResolution.ToFloats()).Within(1e-3));
    }

    [Test]
    public void The_text_of_a_class_is_what_the_learner_makes_of_it()
    {
        using var scope = NewDisposeScope();
        var options = new ExcelOptions { Side = Side, Blocks = 2 };
        var sentences = Descriptions.Select(list => (IReadOnlyList<string>)[list[0]]).ToList();

        // One sentence a class: its mean is that sentence, as if it were the name in a template of nothing.
        using var described = Cams(options, [["boat"], ["fish"], ["bird"]], new MeanOfDescriptionsOptions(), sentences);
        using var written = Source(options, sentences, template: "{}", backgrounds: [.. Backgrounds.Select(name => $"a photo of {name}.")]).Of(new Sample(0, 2), Image)!;
        Assert.That(described.HighResolution.allclose(written.HighResolution, rtol: 1e-3, atol: 1e-4));

        using var banked = Cams(options, [["boat"], ["fish"], ["bird"]], new DescriptionBankOptions { Clusters = 4 }, Descriptions);
        Assert.That(banked.HighResolution.allclose(described.HighResolution, rtol: 1e-3, atol: 1e-3), Is.False);
    }

    [Test]
    public void The_best_description_is_chosen_by_the_image_under_the_CAM_of_the_ground_truth_name()
    {
        using var scope = NewDisposeScope();
        var (options, network) = (new ExcelOptions { Side = Side, Blocks = 2 }, ClipNetwork.Inside(clip)!);
        using var first = Cams(options, [["boat"], ["fish"], ["bird"]]);
        var features = Inference.MaskedFeatures.Embed(network, Image, first.HighResolution, Masking.Black, CPU);
        string Chosen(int map, string name, string[] sentences)
        {
            string[] texts = [$"a photo of {name}.", .. sentences];
            return texts[(int)PromptSelection.Similarity(features[TensorIndex.Slice(map, map + 1)], PromptEncoder.Encode(network, "{}", texts, CPU)).argmax().item<long>()];
        }

        var (boat, bird) = (Chosen(0, "boat", Descriptions[0]), Chosen(1, "bird", Descriptions[2]));
        Assert.That((boat, bird), Is.Not.EqualTo(("a photo of boat.", "a photo of bird.")), "there is nothing to see where the names are the best");
        using var best = Cams(options, [["boat"], ["fish"], ["bird"]], new BestDescriptionOptions(), Descriptions);
        using var written = Source(options, [[boat], ["a photo of fish."], [bird]], template: "{}", backgrounds: [.. Backgrounds.Select(name => $"a photo of {name}.")]).Of(new Sample(0, 2), Image)!;
        Assert.That(best.HighResolution.allclose(written.HighResolution, rtol: 1e-3, atol: 1e-4));
        Assert.That(best.Chosen.Select(text => text.Texts), Is.EqualTo(new[] { ["boat", .. Descriptions[0]], (string[])["bird", .. Descriptions[2]] }), "a name stands as itself, not in its template");
    }

    [Test]
    public void A_sentence_that_is_too_long_in_tokens_ends_a_run_before_its_first_step()
    {
        var folder = Directory.CreateTempSubdirectory("pole-excel-").FullName;
        try
        {
            var progress = new RecordingProgress();
            var sentences = new Descriptions { Name = "long", Sentences = DatasetClasses.Of(MicroExperiment.FrozenClip.Dataset).ToDictionary(name => name, IReadOnlyList<string> (name) => [$"{name} of tokens."]) };
            var experiment = MicroExperiment.FrozenClip with { Clip = new CountingClipOptions(), Prompt = MicroExperiment.FrozenClip.Prompt! with { Learner = new MeanOfDescriptionsOptions(), Descriptions = [sentences] } };

            Assert.That(SpecConflict.Of(experiment).Where(conflict => conflict.Path.StartsWith("prompt", StringComparison.Ordinal)), Is.Empty);
            Assert.That(() => new ExperimentRun(experiment, MicroExperiment.Context(folder, progress)).Run(), Throws.TypeOf<ExperimentException>().With.Message.EqualTo(
                "micro/clip-es: the sentence \"boat of tokens.\" about 'boat' in descriptions/long has 90 tokens, but this clip accepts at most 10: shorten it"));
            Assert.That(progress.Worked, Is.EqualTo(new[] { "data" }));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Every word has thirty tokens.</summary>
    private sealed record CountingClipOptions : IModuleOptions<ClipModel>, IClipShape
    {
        public ClipShape Shape => new(8, 12) { Vit = new VitShape(64, 8, 4, 32, PixelNormalisation.Clip) };

        public Func<string, int> TokenCounter(ModuleContext context) => text => 30 * text.Split(' ').Length;

        public ClipModel Create(ModuleContext context) => throw new NotSupportedException();
    }

    [Test]
    public void An_image_without_a_class_has_no_CAM()
    {
        using var source = Source(new ExcelOptions { Side = Side, Blocks = 2 }, [["boat"], ["fish"], ["bird"]]);

        Assert.That(source.Of(new Sample(), Image), Is.Null);
    }

    [Test]
    public void A_ResNet_is_an_error()
    {
        using var resNet = Make(null);

        Assert.That(() => Source(new ExcelOptions(), [["boat"]], clip: resNet), Throws.TypeOf<ExperimentException>().With.Message.Contains("take vit-b-16, or clip-es or rise"));
    }

    [Test]
    public void Nothing_is_left_in_native_memory([Values(null, NameUse.Mean)] NameUse? names)
    {
        void Run()
        {
            using var source = Source(new ExcelOptions { Side = Side, Blocks = 2, Names = names, Refinement = new ExcelRefinementOptions { Blocks = 3 } }, [Boat, Fish, Bird], new BestDescriptionOptions(), Descriptions);
            source.Of(new Sample(0, 2), Image)!.Dispose();
        }

        Run();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run();
        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));
    }

    private float[] Values(ExcelOptions options)
    {
        using var cam = Cams(options, [["boat"], ["fish"], ["bird"]]);
        return cam.HighResolution.ToFloats();
    }

    private FusedCam Cams(ExcelOptions options, IReadOnlyList<IReadOnlyList<string>> names, IModuleOptions<PromptLearner, PromptNames>? learner = null, IReadOnlyList<IReadOnlyList<string>>? descriptions = null)
    {
        using var source = Source(options, names, learner, descriptions);
        return source.Of(new Sample(0, 2), Image)!;
    }

    private ICamSource Source(
        ExcelOptions options, IReadOnlyList<IReadOnlyList<string>> names, IModuleOptions<PromptLearner, PromptNames>? learner = null, IReadOnlyList<IReadOnlyList<string>>? descriptions = null,
        string template = "a photo of {}.", IReadOnlyList<string>? backgrounds = null, ClipModel? clip = null) =>
        options.Create(new CamSourceBase(["boat", "fish", "bird"], new ClipPrompts(clip ?? this.clip, template, names, backgrounds ?? Backgrounds) { Learner = learner, Descriptions = descriptions ?? [] }), new ModuleContext { Device = CPU, CacheFolder = "" });

    private static ClipModel Make(int? patch)
    {
        random.manual_seed(3);
        var options = new TinyClipOptions { ImageResolution = 32, PatchSize = patch, VisionWidth = 64 * Heads, TextWidth = 32, EmbeddingSize = 32 };
        var made = options.CreateJudge(options.CreateUntrained(["a", "photo", "of", "on", .. Boat, .. Fish, .. Bird, .. Backgrounds]));
        made.eval();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (name, parameter) in made.named_parameters()) parameter.requires_grad_(false).add_(name.EndsWith("logit_scale", StringComparison.Ordinal) ? 0 : randn_like(parameter) * 0.05);
        return made;
    }

    private sealed class Sample(params int[] present) : ISample
    {
        public string Id => "a";

        public IReadOnlyList<int> PresentClasses => present;

        public RgbImage LoadImage() => Image;

        public LabelMap LoadLabels() => throw new NotSupportedException();
    }
}
