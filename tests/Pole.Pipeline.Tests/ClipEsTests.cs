using Pole.Data.Imaging;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Inference.ClipEs;
using Pole.Pipeline.Inference.FrozenClip;
using Pole.Zoo.Cam;
using Pole.Zoo.Clip;
using Pole.Zoo.Prompts;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>CLIP-ES on one image: what its parts give is checked in Pole.Zoo.Tests.</summary>
public sealed class ClipEsTests
{
    private const int Width = 60, Height = 40, Patch = 8;

    private static readonly string[] Boat = ["boat", "canoe", "steamer"], Fish = ["fish", "ray", "shark"], Backgrounds = ["water", "sky"];

    private static readonly AttentionRefinementOptions Refinement = new() { Blocks = 2 };

    private static readonly RgbImage Image = new(Width, Height, [.. Enumerable.Range(0, Width * Height * 3).Select(value => (byte)(value * value * 7 % 251))]);

    private ClipModel clip = null!;

    [SetUp]
    public void MakeClip() => clip = Make(Patch);

    [TearDown]
    public void Dispose() => clip.Dispose();

    [Test]
    public void CAMs_are_those_of_the_resized_image_among_its_classes_and_the_backgrounds()
    {
        using var scope = NewDisposeScope();
        var network = ClipNetwork.Inside(clip)!;
        using var cam = Cams(new ClipEsOptions { Refinement = Refinement }, [["boat"], ["fish"]]);

        using var activations = network.Open(ImageTensors.Normalised(PilResize.Bicubic(Image, 64, 40), network.Normalisation).unsqueeze(0), 2);
        var texts = PromptEncoder.Encode(network, "a photo of {}.", ["boat", "fish", .. Backgrounds], CPU);
        texts = texts / texts.norm(-1, true, 2);
        var first = ClipGradCam.Maps(activations, texts.unsqueeze(0).expand(2, -1, -1), [0, 1], network.LogitScale.exp().item<float>());
        using var affinity = new ClassAwareAffinity((activations.Attentions[0] + activations.Attentions[1]) / 2, Refinement.Squarings);
        var refined = stack([affinity.Refine(first[0], Refinement.Threshold), affinity.Refine(first[1], Refinement.Threshold)], 0);
        Tensor Resized(long height, long width) => nn.functional.interpolate(refined.unsqueeze(0), [height, width], mode: InterpolationMode.Bilinear, align_corners: false)[0];

        Assert.That(cam.HighResolution.allclose(Resized(Height, Width), rtol: 1e-3, atol: 1e-4));
        Assert.That(cam.Strided.allclose(Resized(Height / 4, Width / 4), rtol: 1e-3, atol: 1e-4));
        Assert.That(cam.Classes, Is.EqualTo(new[] { 0, 1 }));
        Assert.That(first.max().item<float>(), Is.EqualTo(1).Within(0.01));
    }

    [Test]
    public void The_mean_of_one_name_is_that_name_and_of_several_lies_between()
    {
        using var scope = NewDisposeScope();
        var one = Values(new ClipEsOptions(), [["boat"], ["fish"]]);

        Assert.That(Values(new ClipEsOptions { Names = NameUse.Mean }, [["boat", "boat"], ["fish"]]), Is.EqualTo(one).Within(1e-3));
        Assert.That(Values(new ClipEsOptions { Names = NameUse.Mean }, [Boat, ["fish"]]), Is.Not.EqualTo(one).Within(1e-2));
    }

    [Test]
    public void The_best_name_is_chosen_by_the_image_under_the_CAM_of_the_ground_truth_name([Values] Masking masking)
    {
        using var scope = NewDisposeScope();
        using var first = Cams(new ClipEsOptions { Refinement = Refinement }, [["boat"], ["fish"]]);
        var features = MaskedFeatures.Embed(clip, Image, first.HighResolution, masking, CPU);
        string Chosen(int map, string[] names)
        {
            var scores = PromptSelection.Similarity(features[TensorIndex.Slice(map, map + 1)], PromptEncoder.Encode(clip, "a {}.", names, CPU));
            return names[(int)scores.argmax().item<long>()];
        }

        var (boat, fish) = (Chosen(0, Boat), Chosen(1, Fish));
        Assert.That((boat, fish), Is.Not.EqualTo(("boat", "fish")), "there is nothing to see where the ground-truth names are the best");
        Assert.That(Values(new ClipEsOptions { Refinement = Refinement }, [Boat, Fish], new NameSelection("a {}.", masking)), Is.EqualTo(Values(new ClipEsOptions { Refinement = Refinement }, [[boat], [fish]])).Within(1e-3));
    }

    [Test]
    public void The_oracle_takes_of_each_class_the_CAM_that_is_closest_to_the_truth()
    {
        using var scope = NewDisposeScope();
        var truth = new Sample(0, 1).LoadLabels();
        double Overlap(float[] maps, int map) => TruthOverlap.Of(maps.AsSpan(map * Width * Height, Width * Height), truth, map);
        var oracle = Values(new ClipEsOptions { Names = NameUse.Oracle }, [Boat, Fish]);

        var best = Boat.Max(name => Overlap(Values(new ClipEsOptions(), [[name], ["fish"]]), 0));
        Assert.That(best, Is.GreaterThan(Boat.Min(name => Overlap(Values(new ClipEsOptions(), [[name], ["fish"]]), 0))), "the names have the same CAM");
        Assert.That(Overlap(oracle, 0), Is.EqualTo(best).Within(0.01));
        Assert.That(Overlap(oracle, 1), Is.EqualTo(Fish.Max(name => Overlap(Values(new ClipEsOptions(), [["boat"], [name]]), 1))).Within(0.01));
    }

    [TestCase(null), TestCase(NameUse.Oracle)]
    public void CAMs_say_which_name_was_chosen_of_which_and_by_what(NameUse? use)
    {
        using var scope = NewDisposeScope();
        var chosen = Cams(new ClipEsOptions { Names = use }, [Boat, Fish]).Chosen;
        var (boat, fish) = (chosen[0], chosen[1]);

        Assert.That((boat.Texts, fish.Texts), Is.EqualTo((Boat, Fish)));
        Assert.That(chosen.Select(text => text.Scores[text.Index]), Is.EqualTo(chosen.Select(text => text.Scores.Max())));
        // An oracle's CAM has the other class's ground-truth name beside it.
        var (besideBoat, besideFish) = use is null ? (Boat[boat.Index], Fish[fish.Index]) : ("boat", "fish");
        float[] expected = [.. Values(new ClipEsOptions(), [[Boat[boat.Index]], [besideFish]])[..(Width * Height)], .. Values(new ClipEsOptions(), [[besideBoat], [Fish[fish.Index]]])[(Width * Height)..]];
        Assert.That(Values(new ClipEsOptions { Names = use }, [Boat, Fish]), Is.EqualTo(expected).Within(1e-3));
    }

    [Test]
    public void Any_name_of_an_image_is_the_same_every_time_and_scores_nothing()
    {
        var random = new ClipEsOptions { Names = NameUse.Random };
        using var source = Source(random, [Boat, Fish]);
        IReadOnlyList<ChosenText> Chosen(string id)
        {
            using var cam = source.Of(new Sample(0, 1) { Id = id }, Image)!;
            return cam.Chosen;
        }

        var drawn = Enumerable.Range(0, 12).Select(index => Chosen($"image {index}")).ToList();
        Assert.That(drawn.Select(chosen => chosen[0].Index).Distinct().Order(), Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(Chosen("image 3").Select(text => text.Index), Is.EqualTo(drawn[3].Select(text => text.Index)));
        Assert.That(drawn.SelectMany(chosen => chosen).Select(text => text.Scores.Count), Is.All.Zero);
        var (boat, fish) = (Boat[Chosen("a")[0].Index], Fish[Chosen("a")[1].Index]);
        Assert.That(Values(random, [Boat, Fish]), Is.EqualTo(Values(new ClipEsOptions(), [[boat], [fish]])).Within(1e-3));
    }

    [Test]
    public void Where_nothing_is_chosen_CAMs_name_no_text() => Assert.Multiple(() =>
    {
        Assert.That(Cams(new ClipEsOptions(), [["boat"], ["fish"]]).Chosen, Is.Empty);
        Assert.That(Cams(new ClipEsOptions { Names = NameUse.Mean }, [Boat, Fish]).Chosen, Is.Empty);
    });

    [Test]
    public void The_overlap_with_the_truth_counts_no_ignored_pixel()
    {
        var truth = new LabelMap(4, 1, [1, 1, 0, LabelMap.Ignored]);

        Assert.That(TruthOverlap.Of([0.6f, 0.5f, 0.7f, 0.9f], truth, 0), Is.EqualTo(1 / 3.0));
        Assert.That(TruthOverlap.Of([0.1f, 0.1f, 0.1f, 0.9f], truth, 1), Is.Zero);
    }

    [Test]
    public void A_ResNet_has_CAMs_without_the_refinement()
    {
        using var scope = NewDisposeScope();
        using var resNet = Make(null);
        using var source = Source(new ClipEsOptions(), [["boat"], ["fish"]], null, resNet);
        using var cam = source.Of(new Sample(0, 1), Image)!;

        Assert.That(cam.HighResolution.shape, Is.EqualTo(new long[] { 2, Height, Width }));
        Assert.That(cam.HighResolution.isfinite().all().item<bool>());
        Assert.That(cam.HighResolution.max().item<float>(), Is.InRange(0.5, 1));
    }

    [Test]
    public void An_image_without_a_class_has_no_CAM()
    {
        using var source = Source(new ClipEsOptions { Refinement = Refinement }, [["boat"], ["fish"]]);

        Assert.That(source.Of(new Sample(), Image), Is.Null);
    }

    [Test]
    public void CAMs_are_the_same_where_gradients_are_off()
    {
        using var scope = NewDisposeScope();
        var expected = Values(new ClipEsOptions(), [["boat"], ["fish"]]);
        using var noGradient = no_grad();

        Assert.That(Values(new ClipEsOptions(), [["boat"], ["fish"]]), Is.EqualTo(expected));
    }

    [Test]
    public void The_oracle_needs_a_ground_truth()
    {
        using var source = Source(new ClipEsOptions { Names = NameUse.Oracle }, [Boat, Fish]);

        Assert.That(() => source.Of(new Sample(0) { HasLabels = false }, Image), Throws.TypeOf<ExperimentException>().With.Message.Contains("there is none of a"));
    }

    [Test]
    public void A_CLIP_of_another_make_is_an_error()
    {
        using var other = new OtherClip();

        Assert.That(() => Source(new ClipEsOptions(), [["boat"]], null, other), Throws.TypeOf<ExperimentException>().With.Message.Contains("OtherClip is another: take vit-b-16, or rise"));
    }

    [Test]
    public void Nothing_is_left_in_native_memory([Values(null, NameUse.Mean, NameUse.Oracle)] NameUse? names)
    {
        void Run()
        {
            using var source = Source(new ClipEsOptions { Names = names, Refinement = Refinement }, [Boat, Fish]);
            source.Of(new Sample(0, 1), Image)!.Dispose();
        }

        Run();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run();
        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));
    }

    private float[] Values(ClipEsOptions options, IReadOnlyList<IReadOnlyList<string>> names, NameSelection? selection = null)
    {
        using var cam = Cams(options, names, selection);
        return cam.HighResolution.ToFloats();
    }

    private FusedCam Cams(ClipEsOptions options, IReadOnlyList<IReadOnlyList<string>> names, NameSelection? selection = null)
    {
        using var source = Source(options, names, selection);
        return source.Of(new Sample(0, 1), Image)!;
    }

    private ICamSource Source(ClipEsOptions options, IReadOnlyList<IReadOnlyList<string>> names, NameSelection? selection = null, ClipModel? other = null) =>
        options.Create(new CamSourceBase(["boat", "fish"], new ClipPrompts(other ?? clip, "a photo of {}.", names, Backgrounds) { Selection = selection }), new ModuleContext { Device = CPU, CacheFolder = "" });

    private static ClipModel Make(int? patch)
    {
        random.manual_seed(3);
        var options = new TinyClipOptions { ImageResolution = 32, PatchSize = patch, VisionWidth = 64, TextWidth = 32, EmbeddingSize = 32 };
        var made = options.CreateJudge(options.CreateUntrained(["a", "photo", "of", .. Boat, .. Fish, .. Backgrounds]));
        made.eval();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (name, parameter) in made.named_parameters()) parameter.requires_grad_(false).add_(name.EndsWith("logit_scale", StringComparison.Ordinal) ? 0 : randn_like(parameter) * 0.05);
        return made;
    }

    private sealed class Sample(params int[] present) : ISample
    {
        public string Id { get; init; } = "a";

        public IReadOnlyList<int> PresentClasses => present;

        public bool HasLabels { get; init; } = true;

        public RgbImage LoadImage() => Image;

        /// <summary>Boats on the left, fish on the right.</summary>
        public LabelMap LoadLabels() => new(Width, Height, [.. Enumerable.Range(0, Width * Height).Select(pixel => (byte)(pixel % Width < 20 ? 1 : pixel % Width > 35 ? 2 : 0))]);
    }

    private sealed class OtherClip() : ClipModel(nameof(OtherClip))
    {
        public override int ImageResolution => 32;

        public override PixelNormalisation Normalisation => PixelNormalisation.Clip;

        public override int EmbeddingSize => 2;

        public override ITextTokenizer Tokenizer => throw new NotSupportedException();

        public override Tensor EncodeImage(Tensor images) => throw new NotSupportedException();

        public override Tensor EmbedTokens(Tensor tokens) => throw new NotSupportedException();

        public override Tensor EncodeEmbedded(Tensor embedded, Tensor ends) => throw new NotSupportedException();
    }
}
