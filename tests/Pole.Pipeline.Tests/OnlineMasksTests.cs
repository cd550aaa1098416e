using Pole.Data.Imaging;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Inference.ClipEs;
using Pole.Pipeline.Inference.FrozenClip;
using Pole.Pipeline.Inference.WeClip;
using Pole.Pipeline.Refinement;
using Pole.Zoo.Cam;
using Pole.Zoo.Clip;
using Pole.Zoo.Segmentation.WeClip;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>Masks that WeCLIP makes of a batch.</summary>
public sealed class OnlineMasksTests
{
    private const int Width = 64, Height = 40, Patch = 8, Cells = Width * Height / (Patch * Patch);

    private static readonly string[] Backgrounds = ["water", "sky"];

    private static readonly OnlineMaskOptions Options = new() { Refinement = new AttentionRefinementOptions { Blocks = 3 }, LearntBlocks = 2, PixelAdaptive = new PixelAdaptiveOptions { Iterations = 4, Dilations = [1, 2] } };

    private static readonly RgbImage Image = new(Width, Height, [.. Enumerable.Range(0, Width * Height * 3).Select(value => (byte)(value * value * 7 % 251))]);

    private ClipModel clip = null!;
    private ClipTower tower = null!;

    [SetUp]
    public void MakeClip()
    {
        random.manual_seed(3);
        var small = new TinyClipOptions { PatchSize = Patch, VisionWidth = 64, TextWidth = 32, EmbeddingSize = 32 };
        clip = small.CreateJudge(small.CreateUntrained(["a", "photo", "of", "boat", "fish", .. Backgrounds]));
        clip.eval();
        foreach (var parameter in clip.parameters()) parameter.requires_grad_(false);
        tower = ClipTower.Of(clip);
    }

    [TearDown]
    public void Dispose()
    {
        tower.Dispose();
        clip.Dispose();
    }

    [Test]
    public void At_first_they_are_the_CAMs_of_CLIP_ES_after_PAR()
    {
        using var source = new ClipEsOptions { Refinement = Options.Refinement }.Create(new CamSourceBase(["boat", "fish"], Prompts()), Context);
        using var cam = source.Of(new Sample(), Image)!;
        var scores = CamLabels.WithPowerBackground(cam.HighResolution.ToFloats(), Width * Height, 1);
        var expected = MaskLabels.Strongest(PixelAdaptiveRefinement.Refine(Image, scores, 3, Options.PixelAdaptive!), 3);

        var masks = Masks(Options, progress: 0.49, [[0, 1]]);

        Assert.That(expected.Distinct().Count(), Is.GreaterThan(1));
        // The tower sees the same pixels by another way round: a few on an edge may differ.
        Assert.That(masks[0].Labels.Zip(expected).Count(pair => pair.First == pair.Second), Is.GreaterThan(0.99 * expected.Length));
    }

    [Test]
    public void From_half_of_the_training_on_the_learnt_affinity_refines_the_attention()
    {
        using var scope = NewDisposeScope();
        var plain = Options with { PixelAdaptive = new PixelAdaptiveOptions { Iterations = 0 } };
        using var opened = tower.Open(Normalised(), 3);
        using var paths = new ClassAwareAffinity(RefinedAttention.Of([.. opened.Attentions.TakeLast(2)], Affinity()[0]), 1);
        using var texts = new ClassTexts(ClipNetwork.Inside(clip)!, Prompts(), Context);
        var first = ClipGradCam.Maps(opened, texts.WithBackgrounds([texts.Name(0, 0)]).unsqueeze(0), [0], ClipNetwork.Inside(clip)!.LogitScale.exp().item<float>())[0];
        var refined = FrozenClipMethod.Enlarged(paths.Refine(first, Options.Refinement!.Threshold).unsqueeze(0), Height, Width).ToFloats();
        var expected = refined.Select(value => (byte)(value > 1 - value ? 1 : 0)).ToArray();

        Assert.That(Masks(plain, 0.5, [[0]])[0].Labels, Is.EqualTo(expected));
        Assert.That(Masks(plain, 0.49, [[0]])[0].Labels, Is.Not.EqualTo(expected));
        Assert.That(Masks(plain with { LearntFrom = 1 }, 1, [[0]])[0].Labels, Is.EqualTo(Masks(plain, 0, [[0]])[0].Labels));
    }

    [Test]
    public void Labels_are_those_of_the_images_classes_and_nothing_beyond_the_images_edge()
    {
        var masks = Masks(Options, 0, [[1], []], ignored: 10);

        Assert.That(masks[0].Labels.Distinct().Order(), Is.EqualTo(new byte[] { 0, 2, LabelMap.Ignored }));
        Assert.That(masks[1].Labels.Distinct().Order(), Is.EqualTo(new byte[] { 0, LabelMap.Ignored }), "an image without a class is background");
        Assert.That(masks.Select(mask => mask.Labels.Count(label => label == LabelMap.Ignored)), Is.All.EqualTo(10));
    }

    [Test]
    public void As_many_attentions_are_kept_as_either_refinement_asks_for()
    {
        using var both = new OnlineMasks(Options with { LearntBlocks = 4 }, Prompts(), PixelNormalisation.ImageNet, Context);
        using var never = new OnlineMasks(Options with { LearntBlocks = 4, LearntFrom = 1 }, Prompts(), PixelNormalisation.ImageNet, Context);

        Assert.That((both.Attentions, never.Attentions), Is.EqualTo((4, 3)));
    }

    private static IEnumerable<PixelNormalisation> Normalisations => [PixelNormalisation.ImageNet, PixelNormalisation.Clip, PixelNormalisation.Caffe];

    [TestCaseSource(nameof(Normalisations))]
    public void The_pixels_of_a_normalised_image_are_those_that_it_was_made_of(PixelNormalisation normalisation)
    {
        var planes = new float[3 * Width * Height];
        ImageTensors.Write(Image, normalisation, planes);

        Assert.That(ImageTensors.Image(planes, Width, Height, normalisation).Pixels, Is.EqualTo(Image.Pixels));
    }

    [Test]
    public void Nothing_is_left_in_native_memory()
    {
        Masks(Options, 1, [[0, 1]]);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Masks(Options, 1, [[0, 1]]);

        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));
    }

    private IReadOnlyList<LabelMap> Masks(OnlineMaskOptions options, double progress, IReadOnlyList<IReadOnlyList<int>> classes, int ignored = 0)
    {
        using var scope = NewDisposeScope();
        using var masks = new OnlineMasks(options, Prompts(), PixelNormalisation.ImageNet, Context);
        var inside = new LabelMap(Width, Height, [.. Enumerable.Range(0, Width * Height).Select(pixel => pixel < ignored ? LabelMap.Ignored : (byte)0)]);
        var image = Normalised();
        using var opened = tower.Open(image, masks.Attentions);
        return masks.Of(new SegmentationBatch(image.expand(classes.Count, -1, -1, -1), [.. classes.Select(_ => inside)], SegmentationLoss.Balanced) { Classes = classes, Progress = progress }, [.. classes.Select(_ => opened)], Affinity().expand(classes.Count, -1, -1));
    }

    private static Tensor Normalised() => ImageTensors.Normalised(Image, PixelNormalisation.ImageNet).unsqueeze(0);

    /// <summary>Of cells in one column.</summary>
    private static Tensor Affinity()
    {
        var columns = arange(Cells) % (Width / Patch);
        return (columns.unsqueeze(0) == columns.unsqueeze(1)).to(ScalarType.Float32).clamp_min(0.01).unsqueeze(0);
    }

    private ClipPrompts Prompts() => new(clip, "a photo of {}.", [["boat"], ["fish"]], Backgrounds);

    private static ModuleContext Context => new() { Device = CPU, CacheFolder = "" };

    private sealed class Sample : ISample
    {
        public string Id => "a";

        public IReadOnlyList<int> PresentClasses => [0, 1];

        public RgbImage LoadImage() => Image;

        public LabelMap LoadLabels() => throw new NotSupportedException();
    }
}
